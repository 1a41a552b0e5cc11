using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Searching;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>The trials of a sweep's later generations that its file, which may have been edited, still has: no plan names them.</summary>
/// <param name="rows">Before the file is registered.</param>
/// <param name="address">The store's, for messages.</param>
/// <param name="sweep">The sweep's number; null for one that the store does not have.</param>
/// <param name="fileText">The file as it is now, as a store keeps it.</param>
internal sealed class LaterTrials(IStoreRows rows, string address, ParameterCatalogue catalogue, long? sweep, string fileText, SweepRules rules)
{
    private readonly IReadOnlyList<(long Trial, int Generation)> later = sweep is { } number && rules.Generations > 1 ? rows.LaterTrialsOf(number) : [];
    private readonly List<TrialSettings> planned = [];
    private readonly HashSet<(string, string)> paths = [];

    /// <summary>Takes from a trial of the plan what lies at its paths.</summary>
    /// <returns>The trial.</returns>
    public Trial Knowing(Trial trial)
    {
        if (later.Count == 0) return trial;

        // Few of many trials have a path that no trial before them had.
        var isNew = false;
        foreach (var (name, value) in trial.Settings.Contents()) isNew |= paths.Add((name, value.Text));
        if (isNew) planned.Add(trial.Settings);
        return trial;
    }

    /// <summary>Every seed of each point that the file still has, points in the order in which they were added.</summary>
    public IEnumerable<(Trial Trial, int Generation)> All()
    {
        if (later.Count == 0) yield break;

        var file = SweepFileReader.ParseKept(fileText, address, catalogue);
        if (file is not { Search.Learns: true, Searched: { } searched }) yield break;

        var space = new SearchSpace(catalogue, searched, planned);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (number, generation) in later)
        {
            var trial = rows.Trial(number).ToTrial(address, catalogue);
            if (!seen.Add(trial.Settings.PointId) || space.Find(trial.Settings) is not var (_, point)) continue;

            foreach (var seed in file.Seeds) yield return (Trial.Of(point.EvaluatedWith(file.Evaluation), seed), generation);
        }
    }
}
