using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>Batches that are rows of a feature bank.</summary>
/// <param name="views">[N·V, 512].</param>
internal sealed class BankBatches(Tensor views, BatchSampler sampler) : ITrainingBatches
{
    private readonly Dictionary<long, long[]> rowsOfSeed = []; // Of one epoch: [steps · 2B].
    private int epochOfRows = -1;

    public int StepsPerEpoch => sampler.StepsPerEpoch;

    public IReadOnlyList<Tensor> Of(IReadOnlyList<long> seeds, int epoch, int step)
    {
        if (epoch != epochOfRows)
        {
            rowsOfSeed.Clear();
            epochOfRows = epoch;
        }

        return [.. seeds.Select(seed => Batch(seed, epoch, step))];
    }

    private Tensor Batch(long seed, int epoch, int step)
    {
        if (!rowsOfSeed.TryGetValue(seed, out var rows))
        {
            rowsOfSeed[seed] = rows = sampler.Rows(seed, epoch);
        }

        var size = rows.Length / StepsPerEpoch;
        using var indices = tensor(rows[(step * size)..((step + 1) * size)], device: views.device);
        return views.index_select(0, indices);
    }
}
