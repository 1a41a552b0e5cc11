using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Where the trials of a store stand.</summary>
/// <param name="Pending">Planned, and in nobody's hands.</param>
/// <param name="Running">In the hands of a worker whose lease holds.</param>
/// <param name="Workers">Names of the workers whose leases hold.</param>
/// <param name="FinishedLately">Trials that ended within <see cref="Window"/>.</param>
/// <param name="TimeLeft">
/// Unfinished trials times the mean seconds of the last <see cref="Sample"/> that ended, shared among the live workers
/// (one, if there is none); null when nothing has ended yet.
/// </param>
public sealed record StoreStatus(
    int Pending,
    int Running,
    int Completed,
    int Stopped,
    int Failed,
    IReadOnlyList<string> Workers,
    int FinishedLately,
    TimeSpan? TimeLeft)
{
    /// <summary>What counts as lately.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>How many trials the estimate of the time left is taken from.</summary>
    public const int Sample = 200;

    /// <summary>The stacks that somebody trains, by number.</summary>
    public IReadOnlyList<StackAtWork> Stacks { get; init; } = [];

    /// <summary>The stacks with trials to train whose worker is not heard of any more. The next worker that comes takes them up.</summary>
    public IReadOnlyList<StackAtWork> Lost { get; init; } = [];

    /// <summary>The sweeps whose points are chosen in generations.</summary>
    public IReadOnlyList<SearchStanding> Searches { get; init; } = [];

    public int Finished => Completed + Stopped + Failed;

    /// <summary>Whether all trials have ended and no search adds further ones.</summary>
    public bool IsDone => Finished == Total && !Searches.Any(s => s.GoesOn);

    public int Total => Pending + Running + Finished;
}

/// <summary>A stack in the hands of a worker.</summary>
/// <param name="Number">The store's.</param>
/// <param name="Worker">See <see cref="WorkerIdentity"/>.</param>
/// <param name="Trials">How many of its trials have not ended.</param>
/// <param name="Progress">How far the worker was when it last recorded something, about a second ago; null where it has not said.</param>
public sealed record StackAtWork(long Number, string Worker, int Trials, Progress? Progress)
{
    /// <summary>
    /// How long ago the worker gave its last sign of life: it made its lease longer, which it does every 20 seconds, or published its shard. Null
    /// where that is not known.
    /// </summary>
    public TimeSpan? Silence { get; init; }
}
