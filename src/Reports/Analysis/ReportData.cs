using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>What a report is made of, but for curves, spectra and vectors, which are read where they are drawn.</summary>
internal sealed record ReportData
{
    /// <summary>A point's description with more letters than this is too long to stand beside many others.</summary>
    private const int LongestLabel = 48;

    public required IStoreReader Store { get; init; }

    /// <summary>The spaces in the order in which they are read: the one that training works on comes first.</summary>
    public required IReadOnlyList<ReportSpace> Spaces { get; init; }

    /// <summary>The space that the collapse map is about; null where trials have none.</summary>
    public ReportSpace? MainSpace => Spaces is [var first, ..] ? first : null;

    /// <summary>The space whose vectors are kept for pictures; null where none are.</summary>
    public ReportSpace? PicturedSpace => Spaces.OrderBy(s => s.Index).FirstOrDefault(s => s.Space.KeptBy is not null);

    public Vocabulary Words => Store.Vocabulary;

    public required IReadOnlyList<RecordedSweep> Sweeps { get; init; }

    public required StateCounts Status { get; init; }

    public required IReadOnlyList<ReportAxis> Axes { get; init; }

    /// <summary>In the order in which they run.</summary>
    public required IReadOnlyList<ReportTrial> Trials { get; init; }

    /// <summary>In the order of their first trials.</summary>
    public required IReadOnlyList<ReportPoint> Points { get; init; }

    /// <summary>The trials that the page lists one by one.</summary>
    public required ListedTrials Listed { get; init; }

    /// <summary>The settings of the first trial; empty without trials.</summary>
    public required IReadOnlyDictionary<string, ParameterValue> FirstSettings { get; init; }

    /// <summary>Names of the final loss terms and metrics, as in the exports.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>What trials are ranked by.</summary>
    public required Objective Objective { get; init; }

    /// <summary>What the trials share as input.</summary>
    public required SharedInputs Inputs { get; init; }

    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Whether the points were drawn from ranges by a search: they are no grid, and hardly two share a level.</summary>
    public bool IsSearch { get; init; }

    /// <summary>The generation that chose each trial, by its id; empty where points were not chosen in generations.</summary>
    public IReadOnlyDictionary<string, int> Generations { get; init; } = new Dictionary<string, int>();

    /// <summary>What blind guessing scores at the objective; null where that is not known, or is not the same for all points.</summary>
    public double? Chance { get; init; }

    /// <param name="varying">What trials differ in, where that is known already; read from the store unless given.</param>
    /// <exception cref="SweepException">There is no such metric or sweep, or the store has several sweeps and none is named.</exception>
    public static ReportData Of(IStoreReader store, ReportOptions options, IReadOnlyList<string>? varying = null)
    {
        var metrics = FinalMetrics.Names(store);
        var chosen = SweepChoice.Of(store, options.Sweep, isOneNeeded: true);
        var members = WithoutStages(store, chosen);
        var sweeps = store.Sweeps().Where(s => chosen is null || s.Name == options.Sweep).ToList();
        var searched = options.Metric is null && sweeps is [var only] && DeclaredGoal.Of(only.FileText) is { } goal
            && metrics.Contains(goal.Metric) ? goal : null;
        var objective = Objective.Of(
            store, metrics, searched?.Metric ?? options.Metric, options.Maximize ?? searched?.Maximize, options.MetricOption);
        var reading = new TrialGathering(
            store, varying ?? VaryingParameters.Of(store, members), objective, options.LossFactors, ListedTrials.Budget(metrics.Count));
        foreach (var trial in store.Trials().Where(t => members is null || members.Contains(t.Id))) reading.Add(trial, FinalMetrics.Of(store, trial));

        var declared = sweeps.Select(s => DeclaredAxes.Of(s.FileText)).ToList();
        var (axes, points) = reading.Points(declared);
        return new ReportData
        {
            Store = store,
            Spaces = [.. store.Spaces.Index().Select(s => new ReportSpace(s.Index, s.Item)).OrderBy(s => s.Space.EndsTrials ? 0 : 1)],
            Sweeps = sweeps,
            Status = StateCounts.Of(reading.Trials),
            Axes = axes,
            Trials = reading.Trials,
            Points = points,
            Listed = reading.Listed(),
            FirstSettings = reading.FirstSettings,
            Metrics = metrics,
            Objective = objective,
            Inputs = SharedInputs.Of(store, options.Inputs),
            Seeds = [.. reading.Trials.Select(t => t.Seed).Distinct().Order()],
            IsSearch = declared.Any(d => d.IsSearch),
            Generations = GenerationsOf(store, sweeps),
            Chance = axes.SelectMany(a => a.Parameters).Any(name => options.Inputs?.Decides(name) ?? false)
                ? null
                : options.Chance?.Invoke(reading.FirstSettings, objective.Name),
        };
    }

    /// <summary>Of several searches that have a trial, the earliest generation.</summary>
    private static Dictionary<string, int> GenerationsOf(IStoreReader store, IReadOnlyList<RecordedSweep> sweeps)
    {
        var searches = sweeps.Where(s => s.Generations > 1).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return searches.Count == 0 ? [] : store.Memberships().Where(m => searches.Contains(m.Sweep)).GroupBy(m => m.Trial, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Min(m => m.Generation), StringComparer.Ordinal);
    }

    /// <summary>A trial that others are built on is no point of its own: what it is like is said of those.</summary>
    /// <param name="members">Ids of trials; null for all.</param>
    internal static IReadOnlySet<string>? WithoutStages(IStoreReader store, IReadOnlySet<string>? members)
    {
        var stages = store.Stages();
        return stages.Count == 0 ? members : (members ?? store.Memberships().Select(m => m.Trial)).Where(id => !stages.Contains(id))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// Rows of the store with the trials that they belong to: both come in the order of the trials. Rows of trials that the report is not
    /// about are passed over.
    /// </summary>
    /// <param name="idOf">The id of a row's trial.</param>
    public IEnumerable<(ReportTrial Trial, T Row)> WithTrials<T>(IEnumerable<T> rows, Func<T, string> idOf)
    {
        var places = Trials.Index().ToDictionary(t => t.Item.Id, t => t.Index, StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (places.TryGetValue(idOf(row), out var place)) yield return (Trials[place], row);
        }
    }

    /// <summary>Points that have a score, the best first.</summary>
    public IReadOnlyList<ReportPoint> Ranking()
    {
        var scored = Points.Select(p => (Point: p, p.Mean)).Where(p => p.Mean is not null);
        return [.. scored.OrderBy(p => Objective.Maximize ? -p.Mean!.Value : p.Mean!.Value).Select(p => p.Point)];
    }

    /// <summary>A point beside others: in words where those are few, else its levels alone, in the order of <see cref="LabelHeader"/>.</summary>
    public string Label(IReadOnlyList<int> levels) =>
        HasBriefLabels ? string.Join(" · ", Axes.Zip(levels).Select(a => a.First.Levels[a.Second])) : Describe(levels);

    /// <summary>What the parts of a <see cref="Label"/> are; null where it says so itself.</summary>
    public string? LabelHeader => HasBriefLabels ? string.Join(" · ", Axes.Select(a => a.ShortName)) : null;

    private bool HasBriefLabels => Points.Count > 0 && Describe(Points[0].Levels).Length > LongestLabel;

    /// <summary>A point in words, such as <c>epochs 25, seed 1</c>.</summary>
    public string Describe(IReadOnlyList<int> levels) => Axes.Count == 0
        ? "the only point"
        : string.Join(", ", Axes.Zip(levels).Select(a => a.First.Describe(a.Second)));
}
