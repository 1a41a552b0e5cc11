using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>Batches that are rows of a feature bank.</summary>
/// <remarks>The rows of an epoch are moved to the bank's device once, so that a step waits for no copy.</remarks>
/// <param name="views">[N·V, F]; where it lies in another memory than the device's, each batch is copied there.</param>
/// <param name="device">Where the batches are wanted.</param>
internal sealed class BankBatches(Tensor views, BatchSampler sampler, Device device) : ITrainingBatches
{
    private readonly Dictionary<long, Tensor> rowsOfSeed = []; // Of one epoch: [steps · 2B].
    private int epochOfRows = -1;

    public int StepsPerEpoch => sampler.StepsPerEpoch;

    public IReadOnlyList<Tensor> Of(IReadOnlyList<long> seeds, int epoch, int step)
    {
        if (epoch != epochOfRows)
        {
            Forget();
            epochOfRows = epoch;
        }

        return [.. seeds.Select(seed => Batch(seed, epoch, step))];
    }

    public void Dispose() => Forget();

    private Tensor Batch(long seed, int epoch, int step)
    {
        if (!rowsOfSeed.TryGetValue(seed, out var rows))
        {
            rowsOfSeed[seed] = rows = tensor(sampler.Rows(seed, epoch), device: views.device).DetachFromDisposeScope();
        }

        var size = rows.shape[0] / StepsPerEpoch;
        using var indices = rows.narrow(0, step * size, size);
        var batch = views.index_select(0, indices);
        if (batch.device_type == device.type) return batch;

        using (batch) return batch.to(device);
    }

    private void Forget()
    {
        foreach (var rows in rowsOfSeed.Values) rows.Dispose();
        rowsOfSeed.Clear();
    }
}
