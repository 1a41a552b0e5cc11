using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Counts what a store holds, and says which of it somebody trains.</summary>
internal static class StatusCount
{
    public static StoreStatus Of(IStoreRows rows)
    {
        var counts = rows.CountsByState();
        var now = rows.Now;
        var held = rows.HeldStacks();
        var live = held.Where(s => Lives(s, now)).ToList();
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
            rows.FinishedSince(now - StoreStatus.Window),
            TimeLeft(rows.LatestSeconds(StoreStatus.Sample), pending + running, Math.Max(1, workers.Count)))
        {
            Searches = rows.Searches(),
            Stacks = [.. live.Select(s => AtWork(s, now))],
            Lost = [.. held.Where(s => s.Pending > 0 && !Lives(s, now)).Select(s => AtWork(s, now))],
        };
    }

    /// <summary>Stacks that somebody trains now.</summary>
    public static IReadOnlyList<HeldStack> LiveStacks(IStoreRows rows)
    {
        var now = rows.Now;
        return [.. rows.HeldStacks().Where(s => Lives(s, now))];
    }

    private static bool Lives(HeldStack stack, DateTimeOffset now) => WorkerIdentity.HoldsLease(stack.Worker, stack.Until, now);

    /// <summary>The store holds when a lease ends, not when it was made longer; but all commands ask for leases of the same length.</summary>
    private static StackAtWork AtWork(HeldStack stack, DateTimeOffset now) => new(stack.Number, stack.Worker, stack.Pending, stack.Progress)
    {
        Silence = now - (stack.Until - SweepRunOptions.StandardLease) is var silence && silence > TimeSpan.Zero ? silence : TimeSpan.Zero,
    };

    private static TimeSpan? TimeLeft(IReadOnlyList<double> seconds, int unfinished, int workers) =>
        Trained(seconds) is { Count: > 0 } trained ? TimeSpan.FromSeconds(trained.Average() * unfinished / workers) : null;

    /// <summary>A trial that ended before it began, as one that was cancelled, says nothing of how long one takes.</summary>
    private static List<double> Trained(IReadOnlyList<double> seconds) => [.. seconds.Where(s => s > 0)];
}
