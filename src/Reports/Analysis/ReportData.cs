using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>What a report is made of, but for curves, spectra and embeddings, which are read where they are drawn.</summary>
internal sealed record ReportData
{
    public static readonly IReadOnlyList<string> Spaces = ["representation", "embedding"];

    public required StoreReader Store { get; init; }

    public required IReadOnlyList<RecordedSweep> Sweeps { get; init; }

    public required StoreStatus Status { get; init; }

    public required IReadOnlyList<ReportAxis> Axes { get; init; }

    /// <summary>In the order in which they run.</summary>
    public required IReadOnlyList<ReportTrial> Trials { get; init; }

    /// <summary>In the order of their first trials.</summary>
    public required IReadOnlyList<ReportPoint> Points { get; init; }

    /// <summary>Names of the final loss terms and metrics, as in the exports.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>What trials are ranked by.</summary>
    public required Objective Objective { get; init; }

    /// <summary>The panels of what the trials share.</summary>
    public required IReadOnlyList<RecordedPanel> Baselines { get; init; }

    public required IReadOnlyList<long> Seeds { get; init; }

    /// <param name="metric">What trials are ranked by; null for kNN of the embedding, or what comes nearest to it.</param>
    /// <exception cref="SweepException">There is no such metric.</exception>
    public static ReportData Of(StoreReader store, string? metric = null, bool? maximize = null)
    {
        var metrics = FinalMetrics.Names(store);
        var objective = Objective.Of(store, metrics, metric, maximize);
        var varying = VaryingParameters.Of(store);
        var recorded = store.Trials().ToList();
        var byPoint = new OrderedDictionary<string, List<RecordedTrial>>(StringComparer.Ordinal);
        foreach (var trial in recorded)
        {
            if (!byPoint.TryGetValue(trial.Point, out var trials)) byPoint.Add(trial.Point, trials = []);
            trials.Add(trial);
        }

        var (axes, levels) = ReportAxis.Of(varying, [.. byPoint.Values.Select(p => p[0].Settings)]);
        var points = byPoint.Index().Select(p => new ReportPoint(
            p.Item.Key,
            levels[p.Index],
            [.. p.Item.Value.Select(t => new ReportTrial(t, levels[p.Index], [.. FinalMetrics.Of(store, t)]))])).ToList();
        return new ReportData
        {
            Store = store,
            Sweeps = store.Sweeps(),
            Status = store.Status(),
            Axes = axes,
            Trials = [.. points.SelectMany(p => p.Trials).OrderBy(t => t.Recorded.Number)],
            Points = points,
            Metrics = metrics,
            Objective = objective,
            Baselines = store.Baselines(),
            Seeds = [.. recorded.Select(t => t.Seed).Distinct().Order()],
        };
    }

    /// <summary>The place of a metric in <see cref="Metrics"/>; -1 where there is none of that name.</summary>
    public int IndexOf(string metric) => Metrics.ToList().IndexOf(metric);

    /// <summary>Points that have a value, the best first.</summary>
    public IReadOnlyList<(ReportPoint Point, SampleStatistics Statistics)> Ranking() =>
    [
        .. Points.Select(p => (Point: p, Statistics: p.Statistics(Objective.Index)))
            .Where(p => p.Statistics.N > 0)
            .OrderBy(p => Objective.Maximize ? -p.Statistics.Mean!.Value : p.Statistics.Mean!.Value),
    ];

    /// <summary>A point in words, such as <c>variance_weight 25, covariance_weight 1</c>.</summary>
    public string Describe(IReadOnlyList<int> levels) => Axes.Count == 0
        ? "the only point"
        : string.Join(", ", Axes.Zip(levels).Select(a => $"{a.First.ShortName} {a.First.Levels[a.Second]}"));
}
