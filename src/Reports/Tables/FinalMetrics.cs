using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tables;

/// <summary>The last recorded value of every term and metric, as columns.</summary>
public static class FinalMetrics
{
    /// <summary>Every term as <c>loss/TERM</c>, then space by space every metric as <c>SPACE/METRIC</c>.</summary>
    public static IReadOnlyList<string> Names(IStoreReader store) => store.Vocabulary.RankingNames;

    /// <summary>A trial's values in the order of <see cref="Names"/>; null where there is none.</summary>
    public static IEnumerable<double?> Of(IStoreReader store, RecordedTrial trial) =>
        (trial.Loss?.Terms ?? store.Vocabulary.Terms.Select(_ => (double?)null))
            .Concat(trial.Panels.Zip(store.Metrics).SelectMany(p => p.First?.Values ?? p.Second.Select(_ => (double?)null)));
}
