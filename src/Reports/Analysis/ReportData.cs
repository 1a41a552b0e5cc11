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

    /// <exception cref="SweepException">There is no such metric.</exception>
    public static ReportData Of(StoreReader store, ReportOptions options)
    {
        var metrics = FinalMetrics.Names(store);
        var objective = Objective.Of(store, metrics, options.Metric, options.Maximize);
        var sweeps = store.Sweeps();
        var reading = new TrialGathering(VaryingParameters.Of(store), objective, options.LossFactors, ListedTrials.Budget(metrics.Count));
        foreach (var trial in store.Trials()) reading.Add(trial, FinalMetrics.Of(store, trial));

        var (axes, points) = reading.Points([.. sweeps.Select(s => DeclaredAxes.Of(s.FileText))]);
        return new ReportData
        {
            Store = store,
            Sweeps = sweeps,
            Status = store.Status(),
            Axes = axes,
            Trials = reading.Trials,
            Points = points,
            Listed = reading.Listed(),
            FirstSettings = reading.FirstSettings,
            Metrics = metrics,
            Objective = objective,
            Inputs = SharedInputs.Of(store, options.Inputs),
            Seeds = [.. reading.Trials.Select(t => t.Seed).Distinct().Order()],
        };
    }

    /// <summary>Rows of the store with the trials that they belong to: both come in the order of the trials.</summary>
    /// <param name="idOf">The id of a row's trial.</param>
    public IEnumerable<(ReportTrial Trial, T Row)> WithTrials<T>(IEnumerable<T> rows, Func<T, string> idOf)
    {
        var number = 0;
        foreach (var row in rows)
        {
            while (Trials[number].Id != idOf(row)) number++;
            yield return (Trials[number], row);
        }
    }

    /// <summary>Points that have a score, the best first.</summary>
    public IReadOnlyList<ReportPoint> Ranking()
    {
        var scored = Points.Select(p => (Point: p, p.Mean)).Where(p => p.Mean is not null);
        return [.. scored.OrderBy(p => Objective.Maximize ? -p.Mean!.Value : p.Mean!.Value).Select(p => p.Point)];
    }

    /// <summary>A point in words, such as <c>variance_weight 25, covariance_weight 1</c>.</summary>
    public string Describe(IReadOnlyList<int> levels) => Axes.Count == 0
        ? "the only point"
        : string.Join(", ", Axes.Zip(levels).Select(a => $"{a.First.ShortName} {a.First.Levels[a.Second]}"));
}
