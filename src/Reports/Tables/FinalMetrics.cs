using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>The last recorded value of every loss term and metric, as columns.</summary>
public static class FinalMetrics
{
    /// <summary><c>loss/total</c> to <c>loss/covariance</c>, then every metric of the embedding, then of the representation.</summary>
    public static IReadOnlyList<string> Names(StoreReader store) =>
    [
        .. LossTerms.Names.Select(term => $"loss/{term}"),
        .. store.Metrics.Select(m => $"embedding/{m.Name}"),
        .. store.Metrics.Select(m => $"representation/{m.Name}"),
    ];

    /// <summary>A trial's values in the order of <see cref="Names"/>; null where there is none.</summary>
    public static IEnumerable<double?> Of(StoreReader store, RecordedTrial trial)
    {
        var none = Enumerable.Repeat<double?>(null, store.Metrics.Count);
        return (trial.Loss is null ? LossTerms.Names.Select(_ => (double?)null) : LossTerms.Of(trial.Loss))
            .Concat(trial.Embedding?.Values ?? none)
            .Concat(trial.Representation?.Values ?? none);
    }
}
