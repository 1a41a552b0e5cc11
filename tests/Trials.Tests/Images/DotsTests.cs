using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Images;

/// <summary>Dots are where they are said to be, move as they are said to, and stay in their box.</summary>
public sealed class DotsTests
{
    private static readonly Dots One = new() { Sequences = 20, Frames = 12, Count = 1, Speed = 0.05, Noise = DotsNoise.None };

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Paths_are_those_of_a_step_by_step_walk_with_elastic_walls(int count)
    {
        var dots = One with { Count = count, Frames = 60 };
        var (positions, velocities) = dots.Truth(7, DotsPart.Train);
        var width = 2 * count;

        for (var sequence = 0; sequence < dots.Sequences; sequence++)
        {
            for (var place = 0; place < width; place++)
            {
                var first = (sequence * dots.Frames * width) + place;
                var (x, v) = (positions[first], velocities[first]);
                for (var frame = 1; frame < dots.Frames; frame++)
                {
                    x += v;
                    if (x > 29) (x, v) = (58 - x, -v);
                    if (x < 3) (x, v) = (6 - x, -v);
                    Assert.Equal(x, positions[first + (frame * width)], 1e-9);
                    Assert.Equal(v, velocities[first + (frame * width)], 1e-9);
                }
            }
        }
    }

    [Fact]
    public void Speeds_are_those_that_were_asked_for()
    {
        var (_, velocities) = (One with { Sequences = 2_000 }).Truth(0, DotsPart.Train);
        var speeds = velocities.Chunk(2).Select(v => Math.Sqrt((v[0] * v[0]) + (v[1] * v[1])) / 32).ToList();

        Assert.InRange(speeds.Min(), 0.03, 0.031);
        Assert.InRange(speeds.Max(), 0.079, 0.08);
    }

    [Fact]
    public void A_dot_is_seen_where_it_is()
    {
        using var images = One.Render(7, DotsPart.Test);
        var (positions, _) = One.Truth(7, DotsPart.Test);

        Assert.Equal((48, 0), (images.Count, images.Classes));
        for (var frame = 0; frame < images.Count; frame++)
        {
            // The centre of mass of what is brighter than the background, in the dot's own colour.
            using var scope = NewDisposeScope();
            var light = TestTrials.Doubles(images.Images[frame][0]).Select(p => Math.Max(0, p - 30)).ToArray();
            var (x, y) = (light.Index().Sum(p => p.Item * ((p.Index % 32) + 0.5)), light.Index().Sum(p => p.Item * ((p.Index / 32) + 0.5)));

            Assert.Equal(positions[2 * frame], x / light.Sum(), 0.5);
            Assert.Equal(positions[(2 * frame) + 1], y / light.Sum(), 0.5);
        }
    }

    [Theory]
    [InlineData(DotsNoise.None, true, true)]
    [InlineData(DotsNoise.Fixed, false, true)]
    [InlineData(DotsNoise.Changing, false, false)]
    public void Noise_is_none_or_fixed_or_changing(DotsNoise noise, bool isSameInAll, bool isSameInSequence)
    {
        using var images = (One with { Noise = noise, Speed = 0 }).Render(3, DotsPart.Train);

        // The corner that the dot never reaches.
        using var scope = NewDisposeScope();
        string Corner(int frame) => string.Join(',', TestTrials.Doubles(images.Images[frame][1][TensorIndex.Slice(0, 2), TensorIndex.Slice(0, 2)]));
        Assert.Equal(isSameInSequence, Corner(0) == Corner(5));
        Assert.Equal(isSameInAll, Corner(0) == Corner(12));
    }

    [Fact]
    public void More_sequences_begin_with_the_same_ones_and_held_out_ones_are_others()
    {
        using var few = One.Render(3, DotsPart.Train);
        using var more = (One with { Sequences = 25 }).Render(3, DotsPart.Train);
        using var held = One.Render(3, DotsPart.Test);
        using var scope = NewDisposeScope();

        Assert.True(more.Images.narrow(0, 0, few.Count).equal(few.Images).all().item<bool>());
        Assert.False(few.Images.narrow(0, 0, held.Count).equal(held.Images).all().item<bool>());
    }

    [Fact]
    public void A_batch_pairs_every_frame_with_one_next_to_it_in_its_sequence()
    {
        var sampler = new BatchSampler(images: 60, views: 1, batchSize: 10) { Frames = 5 };
        var pairs = Enumerable.Range(0, 40).SelectMany(epoch => sampler.Rows(1, epoch).Chunk(20))
            .SelectMany(step => step.Take(10).Zip(step.Skip(10))).ToList();

        Assert.All(pairs, p => Assert.Equal((1, p.First / 5), (Math.Abs(p.First - p.Second), p.Second / 5)));
        Assert.Equal(60, pairs.Select(p => p.First).Distinct().Count());
        Assert.InRange(pairs.Where(p => p.First % 5 is > 0 and < 4).Average(p => p.Second > p.First ? 1.0 : 0), 0.45, 0.55);
    }
}
