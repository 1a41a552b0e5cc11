using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>
/// A stack cut along its trial axis into shards that are trained side by side. On a processor each core takes whole shards
/// and no two cores ever wait for each other within one, and a shard is small enough for the caches; a GPU has one shard.
/// </summary>
/// <remarks>Trials do not touch each other, so where the cuts lie changes no result.</remarks>
public sealed class ShardedStack : IDisposable
{
    // Beyond this many trials the activations of a step leave the caches: see docs/performance.md.
    private const int MostTrialsOnACore = 16;

    private readonly Stack[] shards;
    private readonly int cores;
    private readonly bool isGpu;

    /// <param name="trials">Trials with equal <see cref="StackSettings.Key"/>.</param>
    /// <param name="totalSteps">Steps of the whole training, for the learning rate's schedule.</param>
    /// <param name="cores">Cores to use when the device is a processor.</param>
    public ShardedStack(IReadOnlyList<Trial> trials, long totalSteps, Device device, int cores)
    {
        // Trials that see the same batch stay side by side.
        Trials = [.. trials.OrderBy(t => t.Seed)];
        Seeds = [.. Trials.Select(t => t.Seed).Distinct()];
        this.cores = cores;
        isGpu = device.type != TorchSharp.DeviceType.CPU;
        var count = isGpu ? 1 : ShardCount(Trials.Count, cores);
        shards = [.. Cut(Trials, count).Select(shard => new Stack(shard, totalSteps, device))];
    }

    /// <summary>By seed, else as they were given.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>The different seeds, ascending.</summary>
    public IReadOnlyList<long> Seeds { get; }

    /// <summary>Steps done.</summary>
    public long StepsDone => shards[0].StepsDone;

    /// <summary>Batches summed since the last <see cref="TakeLosses"/>.</summary>
    public int BatchesInWindow => shards[0].BatchesInWindow;

    /// <summary>One step of every trial.</summary>
    /// <param name="batchOf">A seed's batch: view 1's B rows, then view 2's, [2B, 512]. Called from several threads.</param>
    public void Step(Func<long, Tensor> batchOf) => OnAllCores(shard =>
    {
        using var scope = NewDisposeScope();
        shard.Step([.. shard.Seeds.Select(batchOf)]);
    });

    /// <inheritdoc cref="Stack.TakeLosses"/>
    public IReadOnlyList<LossRow> TakeLosses(int epoch) => [.. shards.SelectMany(shard => shard.TakeLosses(epoch))];

    /// <summary>Does something with every shard, several at a time; results are in the order of the trials.</summary>
    public IReadOnlyList<T> Map<T>(Func<Stack, IReadOnlyList<T>> what)
    {
        var results = new IReadOnlyList<T>[shards.Length];
        OnAllCores(shard => results[Array.IndexOf(shards, shard)] = what(shard));
        return [.. results.SelectMany(r => r)];
    }

    /// <summary>Writes all that is needed to go on bit for bit.</summary>
    public void Save(string path) => StackCheckpoint.Write(path, shards);

    /// <summary>Goes on from what <see cref="Save"/> wrote for a stack of these trials, and perhaps of others that have ended.</summary>
    /// <exception cref="SweepException">The file is damaged, or lacks a trial.</exception>
    public void Load(string path) => StackCheckpoint.Read(path, shards);

    public void Dispose()
    {
        foreach (var shard in shards)
        {
            shard.Dispose();
        }
    }

    /// <summary>Enough shards that none is too wide, and as many for each core.</summary>
    public static int ShardCount(int trials, int cores)
    {
        var rounds = (trials + (cores * MostTrialsOnACore) - 1) / (cores * MostTrialsOnACore);
        return Math.Min(trials, rounds * cores);
    }

    private static IEnumerable<Trial[]> Cut(IReadOnlyList<Trial> trials, int count) =>
        Enumerable.Range(0, count).Select(i => trials.Take((trials.Count * i / count)..(trials.Count * (i + 1) / count)).ToArray());

    private void OnAllCores(Action<Stack> what)
    {
        if (isGpu)
        {
            what(shards[0]);
            return;
        }

        // Each of libtorch's operations runs on the thread that calls it: a barrier per operation costs more than it gains.
        var threads = get_num_threads();
        try
        {
            Parallel.ForEach(shards, new ParallelOptions { MaxDegreeOfParallelism = cores }, shard =>
            {
                set_num_threads(1);
                what(shard);
            });
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
