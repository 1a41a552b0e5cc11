using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Counts what a store holds, and says which of it somebody trains.</summary>
internal static class StatusCount
{
    public static StoreStatus Of(IStoreRows rows)
    {
        var counts = rows.CountsByState();
        var live = LiveStacks(rows);
        var running = live.Sum(s => s.Pending);
        var pending = counts.GetValueOrDefault(TrialState.Pending) - running;
        var workers = live.Select(s => s.Worker).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new StoreStatus(
            pending,
            running,
            counts.GetValueOrDefault(TrialState.Completed),
            counts.GetValueOrDefault(TrialState.Stopped),
            counts.GetValueOrDefault(TrialState.Failed),
            workers,
            rows.FinishedSince(rows.Now - StoreStatus.Window),
            TimeLeft(rows.LatestSeconds(StoreStatus.Sample), pending + running, Math.Max(1, workers.Count)));
    }

    /// <summary>Stacks that somebody trains now.</summary>
    public static IReadOnlyList<HeldStack> LiveStacks(IStoreRows rows)
    {
        var now = rows.Now;
        return [.. rows.HeldStacks().Where(s => WorkerIdentity.HoldsLease(s.Worker, s.Until, now))];
    }

    private static TimeSpan? TimeLeft(IReadOnlyList<double> seconds, int unfinished, int workers) =>
        seconds.Count == 0 ? null : TimeSpan.FromSeconds(seconds.Average() * unfinished / workers);
}
