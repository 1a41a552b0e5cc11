using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Searching;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// What a search by results has come to, apart from the store: all that its next points depend on. The order in which results came has no part
/// in it.
/// </summary>
/// <param name="Sweep">The sweep's number.</param>
/// <param name="File">As the sweep was registered last.</param>
/// <param name="Revision">Of the file's text.</param>
/// <param name="Generation">The newest.</param>
/// <param name="Points">What is known of every point, by the point's id.</param>
/// <param name="Taken">The ids of points that are trials already.</param>
/// <param name="Variance">Of a result between the seeds of a point; null where no point has two results.</param>
internal sealed record SearchResults(
    long Sweep, SweepFile File, long Revision, int Generation, SearchSpace Space, IReadOnlyList<Tried> Points, IReadOnlySet<string> Taken, double? Variance)
{
    /// <param name="address">The store's, for messages.</param>
    public static SearchResults Of(IStoreRows rows, string address, ParameterCatalogue catalogue, SearchStanding standing)
    {
        var sweep = rows.Sweeps().First(s => s.Name == standing.Sweep);
        var text = sweep.Texts[^1];
        var file = SweepFileReader.ParseKept(text.Text, address, catalogue);
        var search = file.Search!;
        var trials = rows.TrialsOf(sweep.Number).Select(rows.Trial).Select(t => (Stored: t, Trial: t.ToTrial(address, catalogue))).ToList();
        var space = new SearchSpace(catalogue, file.Searched!, trials.Select(t => t.Trial.Settings));
        var values = ValuesOf(rows, search.Metric!);
        var points = new List<Tried>();
        var within = (Sum: 0.0, Degrees: 0);
        foreach (var point in trials.GroupBy(t => t.Trial.Settings.PointId).OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            // Trials that others are built on are the sweep's too, and no points of its axes.
            if (space.Find(point.First().Trial.Settings) is not var (at, _)) continue;

            var seen = point.OrderBy(t => t.Trial.Seed).Select(t => values.GetValueOrDefault(t.Stored.Number)).OfType<double>().ToList();
            var healthy = point.Select(t => IsHealthy(rows, catalogue.Vocabulary, search.Metric!, sweep.Rules, t.Stored)).OfType<bool>().ToList();
            var mean = seen.Count == 0 ? default(double?) : seen.Average();
            within = (within.Sum + seen.Sum(v => Math.Pow(v - mean!.Value, 2)), within.Degrees + Math.Max(0, seen.Count - 1));
            points.Add(new Tried(
                at,
                search.Goal == Better.Less ? -mean : mean,
                seen.Count,
                healthy.Count == 0 ? null : healthy.Count(h => h) / (double)healthy.Count));
        }

        return new SearchResults(
            sweep.Number, file, text.Revision, standing.Generation, space, points,
            trials.Select(t => t.Trial.Settings.PointId).ToHashSet(StringComparer.Ordinal),
            within.Degrees == 0 ? null : within.Sum / within.Degrees);
    }

    /// <summary>Whether a search stands where it stood when its results were read.</summary>
    public static bool IsStill(IStoreRows rows, SearchStanding then, long revision) =>
        rows.Searches().Contains(then) && rows.Sweeps().First(s => s.Name == then.Sweep).Texts[^1].Revision == revision;

    /// <summary>The points of the next generation, fewer than a batch only where there are no more.</summary>
    public IReadOnlyList<TrialSettings> Next()
    {
        var found = new Dictionary<double[], TrialSettings>(ReferenceEqualityComparer.Instance);
        var chosen = new Thompson(Space.Axes, File.Search!.Seed, Variance).Propose(Points, Generation + 1, File.Search.Count, share =>
        {
            if (Space.At(share) is not { } point || Taken.Contains(point.PointId) || Space.Find(point) is not var (at, _)) return null;

            found[at] = point;
            return (at, point.PointId);
        });
        return [.. chosen.Select(at => found[at])];
    }

    private static Dictionary<long, double?> ValuesOf(IStoreRows rows, string metric) => metric.Split('/', 2) is [var space, var name]
        ? rows.FinalValues(space, name).ToDictionary(v => v.Number, v => (double?)v.Value)
        : [];

    /// <summary>
    /// Whether a trial came to something: it did not fail, and neither the space of the metric nor the one that ends trials is judged unhealthy.
    /// </summary>
    /// <returns>Null where nothing is known of it, as where somebody took it back before it began.</returns>
    private static bool? IsHealthy(IStoreRows rows, Vocabulary words, string metric, SweepRules rules, StoredTrial trial)
    {
        if (trial.State is TrialState.Pending) return null;
        if (trial.State is TrialState.Failed) return false;

        var watched = words.TrialSpaces.Where(s => s.EndsTrials || s.Name == metric.Split('/', 2)[0]).ToList();
        if (rules.Stop.Collapse.Action == CollapseAction.Off || watched.Count == 0) return true;

        var last = rows.JudgementsOf(trial.Number, long.MaxValue).Where(j => watched.Any(s => s.Name == j.Space))
            .GroupBy(j => j.Space).Select(j => j.Last()).ToList();
        return last.Count == 0 ? null : last.All(j => words.SpaceOf(j.Space)!.IsHealthy(j.Verdict));
    }
}
