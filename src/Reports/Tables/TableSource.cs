using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tables;

/// <summary>What the tables are made of: a store, or the trials of it that somebody chose.</summary>
internal sealed class TableSource
{
    private readonly Func<RecordedTrial, bool>? chosen;
    private readonly HashSet<string>? ids;

    /// <param name="chosen">Which trials; null for all.</param>
    public TableSource(IStoreReader store, Func<RecordedTrial, bool>? chosen = null)
    {
        Store = store;
        this.chosen = chosen;
        Varying = VaryingParameters.ColumnsOf(store);
        ids = chosen is null ? null : store.Trials().Where(chosen).Select(t => t.Id).ToHashSet(StringComparer.Ordinal);
    }

    public IStoreReader Store { get; }

    /// <summary>Parameters in which the trials of the whole store differ: a choice of trials does not change the columns.</summary>
    public IReadOnlyList<Column> Varying { get; }

    public IEnumerable<RecordedTrial> Trials() => chosen is null ? Store.Trials() : Store.Trials().Where(chosen);

    /// <summary>The same trials, those of a point one after the other; points in the order of their first trials.</summary>
    public IEnumerable<RecordedTrial> TrialsByPoint() => chosen is null ? Store.TrialsByPoint() : Store.TrialsByPoint().Where(chosen);

    public IEnumerable<RecordedLoss> Losses() => Store.Losses().Where(r => Has(r.Trial));

    public IEnumerable<RecordedMetric> MetricValues() => Store.MetricValues().Where(r => Has(r.Trial));

    private bool Has(string trial) => ids is null || ids.Contains(trial);
}
