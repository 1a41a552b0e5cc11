using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials;

/// <summary>What a plan finds out about the data of a sweep before anything is trained.</summary>
public sealed record InputCheck
{
    private static readonly string[] Locations = [.. TrialCatalogue.Parameters.Parameters.Where(p => p.IsLocation && p.DecidesInputs).Select(p => p.Name)];

    /// <summary>What has to be put in place before the sweep is run, a sentence each.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>The sources whose samples have no labels, as <c>data.source</c> names them.</summary>
    public required IReadOnlyList<string> Unlabelled { get; init; }

    /// <exception cref="SweepException">A stop rule needs labels, and there are none.</exception>
    public static InputCheck Of(SweepPlan plan)
    {
        var inputs = Inputs(plan).ToList();
        var unlabelled = inputs.Where(s => !DataSources.Of(s).Look(s).HasLabels).ToList();
        var metric = plan.File.Stop.Halving?.Metric;
        if (unlabelled.Count > 0 && metric is not null && PanelMetrics.OfLabels.Contains(metric.Split('/')[^1]))
        {
            throw new SweepException(
                $"{plan.File.Path}: 'stop.halving.metric' is {metric}, which needs labels, but the samples of '{DataSources.Of(unlabelled[0]).Place(unlabelled[0])}' have none. "
                + $"Name a metric that needs none, such as {TrialVocabulary.Embedding}/{PanelMetrics.ParticipationRatio}, or give labels.");
        }

        return new InputCheck
        {
            Missing = [.. inputs.Select(s => DataSources.Of(s).Missing(s)).Concat(inputs.Select(MissingWeights)).OfType<string>().Distinct()],
            Unlabelled = [.. unlabelled.Select(s => s.Text(DataSources.Parameter)).Distinct()],
        };
    }

    /// <summary>Refuses to begin while something is missing.</summary>
    /// <exception cref="SweepException">Something is.</exception>
    public void RefuseMissing()
    {
        if (Missing.Count > 0) throw new SweepException(string.Join('\n', Missing));
    }

    /// <summary>A point of each input that the sweep has.</summary>
    private static IEnumerable<TrialSettings> Inputs(SweepPlan plan)
    {
        var points = plan.Trials().Select(t => t.Settings);
        return plan.Blocks.Count > 1 || plan.Varying.Any(name => TrialCatalogue.Parameters[name].DecidesInputs)
            ? points.DistinctBy(s => (s[DataSources.Parameter], s["backbone.weights"], string.Concat(Locations.Select(name => $"{s[name]}\0"))))
            : points.Take(1);
    }

    private static string? MissingWeights(TrialSettings s) =>
        s["backbone.weights"] is { Text: not TrialInputs.RandomWeights and var path } && !File.Exists(path)
        ? $"'backbone.weights' is '{path}', but there is no such file. A relative path begins at the current folder, '{Environment.CurrentDirectory}'."
        : null;
}
