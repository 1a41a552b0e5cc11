using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;

namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>
/// What Slurm's queue has of a store's tasks, for whoever looks at the store again and again: its controller serves a whole site, and is asked
/// no more often than every <see cref="Fresh"/>. For one thread.
/// </summary>
/// <param name="ask">Null for no answer.</param>
public sealed class ClusterQueue(Func<IReadOnlyList<SlurmTask>?> ask, TimeProvider time)
{
    /// <summary>How long an answer is good for, and how long one that did not come is not asked for again.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(20);

    /// <summary>A busy controller takes a second or two.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private IReadOnlyList<SlurmTask>? tasks;
    private long? asked;

    /// <summary>The queue as this machine's squeue shows it. A store in a file has no jobs, so that nobody is asked.</summary>
    public static ClusterQueue Of(string store) => new(
        () => StoreAddress.IsServer(store) || ShardFolder.IsOne(store) ? SlurmPrograms.TryTasks(store, Patience) : null, TimeProvider.System);

    /// <summary>The tasks that wait or run, as squeue orders them; null where there is no squeue, or no answer.</summary>
    public IReadOnlyList<SlurmTask>? Tasks()
    {
        if (asked is { } at && time.GetElapsedTime(at) < Fresh) return tasks;

        tasks = ask();
        asked = time.GetTimestamp();
        return tasks;
    }
}
