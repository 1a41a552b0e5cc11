using VicRegSweeps.Trials.Backbone;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>Batches of views that are made for their step alone, in the order that a bank's images would have.</summary>
/// <param name="batchSize">B.</param>
internal sealed class StreamBatches(ViewStream stream, int batchSize) : ITrainingBatches
{
    private readonly Dictionary<long, int[]> orderOfSeed = []; // Of one epoch: [N].
    private int epochOfOrders = -1;

    public int StepsPerEpoch => stream.Images / batchSize;

    public IReadOnlyList<Tensor> Of(IReadOnlyList<long> seeds, int epoch, int step)
    {
        if (epoch != epochOfOrders)
        {
            orderOfSeed.Clear();
            epochOfOrders = epoch;
        }

        var (from, to) = (step * batchSize, (step + 1) * batchSize);
        return stream.Features([.. seeds.Select(seed => (seed, Order(seed, epoch)[from..to]))], ((long)epoch * StepsPerEpoch) + step);
    }

    public void Dispose()
    {
        // The stream is shared by all stacks, and nothing else is held.
    }

    private int[] Order(long seed, int epoch)
    {
        if (!orderOfSeed.TryGetValue(seed, out var order))
        {
            orderOfSeed[seed] = order = BatchSampler.Order(seed, epoch, stream.Images);
        }

        return order;
    }
}
