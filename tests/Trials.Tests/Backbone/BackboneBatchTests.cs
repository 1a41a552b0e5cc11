using CsCheck;
using VicRegSweeps.Trials.Backbone;

namespace VicRegSweeps.Trials.Tests.Backbone;

/// <summary>Batches cover all images once, none is too large, and all but the last are whole multiples.</summary>
public sealed class BackboneBatchTests
{
    [Fact]
    public void Batches_cover_the_images_in_order_within_the_bounds() =>
        Gen.Select(Gen.Int[0, 5000], Gen.Int[1, 40], Gen.Int[1, 20]).Sample((images, multiple, times) =>
        {
            var batch = new BackboneBatch(multiple, multiple * times, Callers: 1);
            var next = 0;
            foreach (var (first, count) in batch.Split(images))
            {
                Assert.Equal(next, first);
                Assert.InRange(count, 1, batch.Most);
                next += count;
                Assert.True(next == images || count % multiple == 0);
            }

            Assert.Equal(images, next);
        });

    [Fact]
    public void No_batch_is_much_smaller_than_another() =>
        Assert.Equal([(0, 72), (72, 96), (168, 72), (240, 80)], new BackboneBatch(24, 96, 1).Split(320));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_piece_is_done_once(int callers)
    {
        var done = new int[50];

        new BackboneBatch(1, 1, callers).Share(done.Length, piece => Interlocked.Increment(ref done[piece]));

        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_error_is_the_callers_as_it_was_thrown(int callers) =>
        Assert.Throws<OperationCanceledException>(() =>
            new BackboneBatch(1, 1, callers).Share(50, piece => throw new OperationCanceledException($"{piece}")));
}
