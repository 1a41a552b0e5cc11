using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Tests.Stacks;

public sealed class BatchSamplerTests
{
    private readonly BatchSampler sampler = new(images: 50, views: 4, batchSize: 12);

    [Fact]
    public void An_epoch_sees_no_image_twice_and_drops_the_incomplete_batch()
    {
        Assert.Equal(4, sampler.StepsPerEpoch);
        var images = Steps(sampler.Rows(0, 0)).SelectMany(step => step.Take(12)).Select(row => row / 4).ToArray();
        Assert.Equal(48, images.Length);
        Assert.Equal(48, images.Distinct().Count());
    }

    [Fact]
    public void The_two_views_are_different_views_of_the_same_image()
    {
        foreach (var step in Steps(sampler.Rows(3, 5)))
        {
            for (var i = 0; i < 12; i++)
            {
                Assert.Equal(step[i] / 4, step[i + 12] / 4);
                Assert.NotEqual(step[i], step[i + 12]);
            }
        }
    }

    [Fact]
    public void Every_pair_of_views_is_drawn_equally_often()
    {
        var large = new BatchSampler(images: 12_000, views: 4, batchSize: 12_000);
        var rows = large.Rows(0, 0);
        var counts = Enumerable.Range(0, 12_000).CountBy(i => (rows[i] % 4, rows[i + 12_000] % 4)).ToArray();
        Assert.Equal(12, counts.Length);
        Assert.All(counts, c => Assert.InRange(c.Value, 850, 1150));
    }

    [Fact]
    public void Seeds_and_epochs_differ_and_the_same_ones_agree()
    {
        Assert.Equal(sampler.Rows(1, 2), new BatchSampler(50, 4, 12).Rows(1, 2));
        Assert.NotEqual(sampler.Rows(1, 2), sampler.Rows(1, 3));
        Assert.NotEqual(sampler.Rows(1, 2), sampler.Rows(2, 2));
    }

    private static IEnumerable<long[]> Steps(long[] rows) => rows.Chunk(24);
}
