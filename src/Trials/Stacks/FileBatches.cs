using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Sources;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>Batches that are read from a file of features, row by row: the same rows that <see cref="BankBatches"/> would take from memory.</summary>
/// <param name="views">The stack data's; not owned.</param>
/// <param name="scale">Centres and scales what was read, on the processor; null leaves it as it is.</param>
/// <param name="device">Where the batches are wanted.</param>
internal sealed class FileBatches(FeatureViews views, BatchSampler sampler, FeatureScale? scale, Device device) : ITrainingBatches
{
    private readonly Dictionary<long, long[]> rowsOfSeed = []; // Of one epoch: [steps · 2B].
    private int epochOfRows = -1;

    public int StepsPerEpoch => sampler.StepsPerEpoch;

    public IReadOnlyList<Tensor> Of(IReadOnlyList<long> seeds, int epoch, int step)
    {
        if (epoch != epochOfRows)
        {
            views.CheckUnchanged();
            rowsOfSeed.Clear();
            epochOfRows = epoch;
        }

        return [.. seeds.Select(seed => Batch(seed, epoch, step))];
    }

    public void Dispose()
    {
        // The file is shared by all stacks of its data, and nothing else is held.
    }

    private Tensor Batch(long seed, int epoch, int step)
    {
        if (!rowsOfSeed.TryGetValue(seed, out var rows)) rowsOfSeed[seed] = rows = sampler.Rows(seed, epoch);

        var size = rows.Length / StepsPerEpoch;
        var values = new float[size * views.Features];
        Cores.Share(size, Environment.ProcessorCount, (_, i) =>
            views.ReadRows(rows[(step * (long)size) + i], values.AsSpan(i * views.Features, views.Features)));
        var batch = tensor(values, [size, views.Features]); // [2B, F]
        scale?.Apply(batch);
        if (batch.device_type == device.type) return batch;

        using (batch) return batch.to(device);
    }
}
