using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>How a worker works. The defaults suit a machine's own disk.</summary>
public sealed record SweepRunOptions
{
    /// <summary>How long leases last unless somebody says otherwise.</summary>
    public static readonly TimeSpan StandardLease = TimeSpan.FromSeconds(60);

    /// <summary>A name that no other worker has.</summary>
    public string Worker { get; init; } = WorkerIdentity.Current;

    /// <summary>The most trials in a stack; null leaves it to the sweep, or else to the runner.</summary>
    public int? StackWidth { get; init; }

    /// <summary>How long a lease lasts. It is renewed at every third of it, whatever the training thread does.</summary>
    public TimeSpan LeaseDuration { get; init; } = StandardLease;

    /// <summary>
    /// How long rows may wait to be recorded. They wait longer where recording takes long, so that many workers do not keep a server from its work.
    /// </summary>
    public TimeSpan FlushEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after a checkpoint the next is due at the latest; at first it is sooner.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether to wait while other workers hold the last trials, so as to take over from one that dies.</summary>
    public bool WaitForOthers { get; init; } = true;

    /// <summary>How long to wait before looking again, for other workers or for room on the disk.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Device and versions as a JSON object, recorded with every stack; null when not known.</summary>
    public string? Environment { get; init; }
}
