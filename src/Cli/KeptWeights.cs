using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli;

/// <summary>The weights that a trial of a store has left.</summary>
/// <param name="Artifact">The path of the file.</param>
internal sealed record KeptWeights(Trial Trial, string Artifact)
{
    public const string Best = "best";

    /// <param name="which"><see cref="Best"/>, or a trial's id or its beginning.</param>
    /// <param name="what">What names it, for messages.</param>
    /// <exception cref="SweepException">There are no such weights, or they are damaged.</exception>
    public static KeptWeights Find(IStoreReader store, string which, string what)
    {
        var kept = Of(store);
        if (kept.Count == 0)
            throw new SweepException($"{store.Address}: no trial has left its weights. Trials that complete leave them where 'keep.weights' is best or all.");

        var trials = store.Trials().ToList();
        var recorded = which == Best ? BestOf(store, trials, kept) : TrialLookup.Find(trials, t => t.Id, which, what);
        if (!kept.TryGetValue(recorded.Id, out var artifact))
        {
            throw new SweepException(
                $"Trial {recorded.Id} has not left its weights; those that have are {string.Join(", ", kept.Keys.Take(5))}{(kept.Count > 5 ? ", …" : "")}. "
                + "With 'keep.weights: all' every trial that completes leaves them.");
        }

        if (artifact.Fault is { } fault) throw new SweepException($"The weights of trial {recorded.Id} cannot be read: {fault}.");

        var settings = TrialSettings.Recorded(TrialCatalogue.Parameters, recorded.Settings.Select(s => (s.Key, s.Value)));
        return new KeptWeights(Trial.Of(settings, recorded.Seed, recorded.Block) with { Id = recorded.Id }, artifact.Path!);
    }

    /// <summary>The file of each trial that has left one.</summary>
    public static Dictionary<string, RecordedArtifact> Of(IStoreReader store) =>
        new[] { TrialVocabulary.Weights, TrialVocabulary.Predictor }.SelectMany(store.ArtifactsNamed).ToDictionary(a => a.Trial, StringComparer.Ordinal);

    /// <summary>
    /// Of the trials that have left their weights the best by what they are kept by, or else by what trials are ranked by. Predictors come before
    /// the embeddings that they are built on.
    /// </summary>
    private static RecordedTrial BestOf(IStoreReader store, List<RecordedTrial> trials, Dictionary<string, RecordedArtifact> all)
    {
        var predictors = all.Where(a => a.Value.Name == TrialVocabulary.Predictor).ToDictionary();
        var kept = predictors.Count > 0 ? predictors : all;
        var metric = kept.Values.Select(a => a.BestBy).FirstOrDefault(by => by is not null) ?? Headlines.Objective(store)
            ?? $"{Vocabulary.Loss}/{store.Vocabulary.Terms[0].Name}";
        var sign = store.Vocabulary.BetterOf(metric) == Better.Less ? -1 : 1;
        return trials.Where(t => kept.ContainsKey(t.Id))
            .OrderByDescending(t => ValueOf(store, t, metric) is { } value ? sign * value : double.NegativeInfinity).First();
    }

    private static double? ValueOf(IStoreReader store, RecordedTrial trial, string metric)
    {
        var (space, name) = (metric.Split('/')[0], metric.Split('/')[1]);
        if (space == Vocabulary.Loss) return trial.Loss?.Terms[store.Vocabulary.Terms.Index().First(t => t.Item.Name == name).Index];

        var place = store.Spaces.Index().First(s => s.Item.Name == space).Index;
        return trial.Panels[place]?.Values[store.Metrics[place].Index().First(m => m.Item.Name == name).Index];
    }
}
