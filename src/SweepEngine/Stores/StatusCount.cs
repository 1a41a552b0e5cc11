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
            TimeLeft(rows.LatestSeconds(StoreStatus.Sample), pending + running, Math.Max(1, workers.Count)))
        {
            Searches = rows.Searches(),
            Stacks = [.. live.Select(s => new StackAtWork(s.Number, s.Worker, s.Pending, s.Progress))],
        };
    }

    /// <summary>Stacks that somebody trains now.</summary>
    public static IReadOnlyList<HeldStack> LiveStacks(IStoreRows rows)
    {
        var now = rows.Now;
        return [.. rows.HeldStacks().Where(s => WorkerIdentity.HoldsLease(s.Worker, s.Until, now))];
    }

    private static TimeSpan? TimeLeft(IReadOnlyList<double> seconds, int unfinished, int workers) =>
        Trained(seconds) is { Count: > 0 } trained ? TimeSpan.FromSeconds(trained.Average() * unfinished / workers) : null;

    /// <summary>A trial that ended before it began, as one that was cancelled, says nothing of how long one takes.</summary>
    private static List<double> Trained(IReadOnlyList<double> seconds) => [.. seconds.Where(s => s > 0)];
}
