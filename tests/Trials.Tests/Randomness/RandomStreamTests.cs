using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Randomness;

namespace VicRegSweeps.Trials.Tests.Randomness;

/// <summary>Random numbers depend on seed and name alone, and look random.</summary>
public sealed class RandomStreamTests
{
    [Fact]
    public void A_key_is_the_beginning_of_a_sha256()
    {
        // printf '7/dropout' | sha256sum, the first eight bytes read as a little-endian number.
        Assert.Equal(0x44F6BEECE1A0FC5Eul, RandomStream.Key(7, "dropout"));
    }

    [Fact]
    public void The_first_numbers_are_those_of_the_published_generator()
    {
        // xoshiro256** after SplitMix64 from 42, by an independent implementation.
        var stream = new RandomStream(42);

        Assert.Equal([0x15780B2E0C2EC716, 0x6104D9866D113A7E, 0xAE17533239E499A1, 0xECB8AD4703B360A1], Enumerable.Range(0, 4).Select(_ => stream.Next()));
    }

    [Fact]
    public void Keys_of_seeds_names_and_members_differ()
    {
        var keys = new HashSet<ulong>();
        for (var seed = -5; seed < 5; seed++)
        {
            foreach (var name in new[] { "a", "b", "1/a" })
            {
                for (var member = 0; member < 1000; member++)
                    keys.Add(RandomStream.Key(RandomStream.Key(seed, name), member));
            }
        }

        Assert.Equal(10 * 3 * 1000, keys.Count);
    }

    [Fact]
    public void Small_integers_are_equally_frequent()
    {
        var stream = new RandomStream(1, "test");
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
            counts[stream.NextInt(7)]++;

        // 99.99 % point of chi-squared with 6 degrees of freedom.
        Assert.InRange(counts.Sum(count => Math.Pow(count - 10_000, 2) / 10_000), 0, 27.9);
    }

    [Fact]
    public void Every_order_of_four_is_equally_frequent()
    {
        var stream = new RandomStream(2, "test");
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 24_000; i++)
        {
            var order = string.Concat(stream.Permutation(4));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        // 99.99 % point of chi-squared with 23 degrees of freedom.
        Assert.Equal(24, counts.Count);
        Assert.InRange(counts.Values.Sum(count => Math.Pow(count - 1000, 2) / 1000), 0, 57.1);
    }

    [Fact]
    public void A_permutation_holds_every_number_once()
    {
        Assert.Equal(Enumerable.Range(0, 1000), new RandomStream(3, "test").Permutation(1000).Order());
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        var stream = new RandomStream(4, "test");
        var values = Enumerable.Range(0, 200_000).Select(_ => stream.Normal()).ToArray();

        Assert.InRange(values.Average(), -0.01, 0.01);
        Assert.InRange(values.Average(x => x * x), 0.985, 1.015);
        Assert.InRange(values.Average(x => x * x * x * x), 2.9, 3.1);
    }
}
