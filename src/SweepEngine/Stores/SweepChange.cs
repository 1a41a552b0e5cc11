using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>What registering a sweep file would change in a store. Looking at it writes nothing.</summary>
/// <param name="AddedPoints">Points that the store has no trial of.</param>
/// <param name="KeptPoints">Points that it has trials of.</param>
/// <param name="OrphanedPoints">Points of the sweep that the file no longer names; their results stay.</param>
/// <param name="Added">Trials that the store does not have.</param>
/// <param name="Kept">Trials that it has.</param>
/// <param name="KeptFinished">How many of these are finished, and so are not trained again.</param>
/// <param name="Orphaned">Trials of the sweep that the file no longer names; they are not trained any more.</param>
/// <param name="OrphanedFinished">How many of these are finished; their results stay.</param>
public sealed record SweepChange(
    long AddedPoints, long KeptPoints, long OrphanedPoints, long Added, long Kept, long KeptFinished, long Orphaned, long OrphanedFinished)
{
    /// <summary>
    /// The paths whose content is another than that of trials which the file no longer names, each as its parameter and the path: that is why
    /// these trials are others.
    /// </summary>
    public IReadOnlyList<(string Parameter, string Path)> OtherContents { get; init; } = [];

    /// <summary>
    /// How many of the finished trials that are kept were evaluated with other further values than the file's, where the file's have changed: they keep
    /// the metrics that they have.
    /// </summary>
    public long EvaluatedOtherwise { get; init; }

    /// <summary>Whether the store has anything of the sweep.</summary>
    public bool Continues => Kept + Orphaned > 0;

    /// <summary>The change that a store makes which is not there yet.</summary>
    public static SweepChange OfNew(SweepPlan plan) =>
        new(plan.Points + plan.Stages.DistinctBy(t => t.Point).LongCount(), 0, 0, plan.TrialCount + plan.Stages.Count, 0, 0, 0, 0);

    /// <param name="address">The store's, for messages.</param>
    internal static SweepChange Of(IStoreRows rows, string address, SweepPlan plan)
    {
        var recorded = rows.PlannedBefore(plan.File.Name).ToDictionary(t => t.Id, StringComparer.Ordinal);
        if (recorded.Count == 0) return OfNew(plan);

        var recognition = new TrialRecognition(rows, address, plan.Catalogue);
        var hasShortIds = rows.HasIdsOf(TrialSettings.ShortIdDigits);
        var points = recorded.Values.Select(t => t.Point).ToHashSet(StringComparer.Ordinal);
        var rest = recorded.Where(t => t.Value.Named).ToDictionary(StringComparer.Ordinal);

        var (addedPoints, keptPoints, added, kept, keptFinished) = (0L, 0L, 0L, 0L, 0L);
        var named = new HashSet<string>(StringComparer.Ordinal);
        var contents = new Dictionary<(string Parameter, string Path), string>();
        var (last, isFirst) = ("", true);
        var sweep = rows.Sweeps().FirstOrDefault(s => s.Name == plan.File.Name);
        var isEvaluationNew = sweep is { Texts: [.., var latest] }
            && !SweepFileReader.EvaluationOf(latest.Text, plan.Catalogue).Equals(plan.File.Evaluation);
        var evaluatedOtherwise = 0L;
        var later = new LaterTrials(rows, address, plan.Catalogue, sweep?.Number, plan.File.Text, SweepRules.Of(plan.File));
        foreach (var trial in plan.Stages.Concat(plan.Trials().Select(later.Knowing)).Concat(later.All().SelectMany(t => WithStages(t.Trial))))
        {
            // The seeds of a point come together.
            if (trial.Point != last || isFirst)
            {
                (last, isFirst) = (trial.Point, false);
                foreach (var (name, value) in trial.Settings.Contents()) contents[(name, value.Text)] = value.Content!;
                var point = hasShortIds ? recognition.PointOf(last, trial.Settings.ToJson()) : last;
                if (points.Contains(point))
                    keptPoints += named.Add(point) ? 1 : 0;
                else
                    addedPoints++;
            }

            if (IdOf(trial) is not { } id)
            {
                added++;
                continue;
            }

            kept++;
            keptFinished += recorded[id].Ended ? 1 : 0;
            evaluatedOtherwise += isEvaluationNew && recorded[id].Ended && IsEvaluatedOtherwise(id) ? 1 : 0;
            rest.Remove(id);
        }

        var orphanedPoints = rest.Values.Select(t => t.Point).Where(p => !named.Contains(p)).Distinct(StringComparer.Ordinal).Count();
        return new SweepChange(
            addedPoints, keptPoints, orphanedPoints, added, kept, keptFinished, rest.Count, rest.Values.Count(t => t.Ended))
        {
            EvaluatedOtherwise = evaluatedOtherwise,
            OtherContents = contents.Count == 0 ? Array.Empty<(string, string)>() : [.. Changed().Distinct().Order()],
        };

        IEnumerable<(string Parameter, string Path)> Changed() =>
            from id in rest.Keys
            let settings = rows.Find(id)!.Settings
            where TrialRecognition.HasContents(settings)
            from before in SettingsText.Parse(settings)
            let place = (before.Key, before.Value.Text)
            where before.Value.Content is { } content && contents.TryGetValue(place, out var now) && now != content
            select place;

        bool IsEvaluatedOtherwise(string id) => Evaluation.TextIn(rows.Find(id)!.Settings) != plan.File.Evaluation.Text;

        static IEnumerable<Trial> WithStages(Trial trial) => trial.Stage is { } stage ? WithStages(stage).Append(trial) : [trial];

        string? IdOf(Trial trial) => recorded.ContainsKey(trial.Id) ? trial.Id
            : hasShortIds ? recognition.Find(trial.Id, trial.Seed, trial.Settings.ToJson())?.Id
            : null;
    }
}
