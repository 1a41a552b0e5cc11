using VicRegSweeps.Trials.Randomness;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>Which rows of the bank a step sees: an order of the images and two different views of each, per seed and epoch.</summary>
/// <remarks>Derived from the seed and the epoch alone, so a resumed trial needs no memory of earlier epochs.</remarks>
/// <param name="images">N, images in the bank.</param>
/// <param name="views">V, views of each image.</param>
/// <param name="batchSize">B.</param>
public sealed class BatchSampler(int images, int views, int batchSize)
{
    /// <summary>T: views are a frame and one next to it, in sequences of T frames; 1 where they are two views of an image.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>Steps of one epoch; the last incomplete batch is dropped.</summary>
    public int StepsPerEpoch => images / batchSize;

    /// <summary>The order in which an epoch sees the images.</summary>
    public static int[] Order(long seed, int epoch, int images) => new RandomStream(seed, $"order/{epoch}").Permutation(images);

    /// <summary>Rows of the bank seen as [N·V, F], for every step of an epoch.</summary>
    /// <param name="epoch">From 0.</param>
    /// <returns>Steps × 2B, step after step: the first views of a batch, then the second views of the same images.</returns>
    public long[] Rows(long seed, int epoch)
    {
        var order = Order(seed, epoch, images);
        var random = new RandomStream(seed, $"views/{epoch}");
        var rows = new long[StepsPerEpoch * 2L * batchSize];
        for (var i = 0; i < StepsPerEpoch * batchSize; i++)
        {
            var (step, place) = Math.DivRem(i, batchSize);
            var first = (step * 2L * batchSize) + place;
            (rows[first], rows[first + batchSize]) = Frames > 1 ? FrameAndNeighbour(order[i], random) : TwoViews(order[i], random);
        }

        return rows;
    }

    private (long View1, long View2) TwoViews(int image, RandomStream random)
    {
        var view1 = random.NextInt(views);
        var view2 = (view1 + 1 + random.NextInt(views - 1)) % views;
        return ((image * (long)views) + view1, (image * (long)views) + view2);
    }

    /// <summary>The frame before or after it; at an end of its sequence the only one that there is.</summary>
    private (long View1, long View2) FrameAndNeighbour(int frame, RandomStream random)
    {
        var isNext = random.NextInt(2) == 1;
        var place = frame % Frames;
        return (frame, place == 0 || (isNext && place < Frames - 1) ? frame + 1 : frame - 1);
    }
}
