using VicRegSweeps.Trials.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Randomness;

/// <summary>Counter-based tensors are the same everywhere, uniform, and independent across keys, steps and neighbours.</summary>
public sealed class CounterRandomTests
{
    private const int Many = 1_000_000;

    [Fact]
    public void The_first_values_are_those_of_an_independent_implementation()
    {
        // SplitMix64's finalizer of 7, then lowbias32 twice, in Python.
        float[] expected = [15883190, 11198665, 8971018, 14730464];

        using var values = CounterRandom.Uniform(7, [4], CPU);

        Assert.Equal(expected.Select(bits => bits / (1 << 24)), values.data<float>().ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(65536)]
    [InlineData(300_001)]
    public void Vectorized_code_and_tensor_operations_give_the_same_bits(long count)
    {
        using var vectorized = CounterRandom.Uniform(99, [count], CPU);
        using var operations = CounterRandom.UniformByTensorOperations(99, [count], CPU);

        Assert.Equal(operations.data<float>().ToArray(), vectorized.data<float>().ToArray());
    }

    [Fact]
    public void A_shape_only_arranges_the_numbers()
    {
        using var flat = CounterRandom.Uniform(5, [24], CPU);
        using var cube = CounterRandom.Uniform(5, [2, 3, 4], CPU);

        Assert.Equal([2, 3, 4], cube.shape);
        Assert.Equal(flat.data<float>().ToArray(), cube.data<float>().ToArray());
    }

    [Fact]
    public void Values_are_uniform()
    {
        var counts = new int[256];
        var values = Draw(11);
        foreach (var value in values)
        {
            Assert.InRange(value, 0, 1 - 1f / (1 << 24));
            counts[(int)(value * 256)]++;
        }

        // 99.99 % point of chi-squared with 255 degrees of freedom.
        Assert.InRange(counts.Sum(count => Math.Pow(count - Many / 256.0, 2) / (Many / 256.0)), 0, 347);
        Assert.InRange(values.Average(x => (double)x), 0.4985, 0.5015);
        Assert.InRange(values.Average(x => Math.Pow(x - 0.5, 2)), 1 / 12.0 - 0.0004, 1 / 12.0 + 0.0004);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(128)]
    public void Neighbours_are_not_correlated(int lag)
    {
        var values = Draw(12);

        Assert.InRange(Correlation(values.Skip(lag), values), -0.005, 0.005);
    }

    [Fact]
    public void Neighbouring_steps_share_neither_sequence_nor_correlation()
    {
        var steps = Enumerable.Range(0, 6).Select(step => Draw(RandomStream.Key(RandomStream.Key(0, "dropout"), step))).ToArray();
        for (var step = 1; step < steps.Length; step++)
        {
            Assert.InRange(Correlation(steps[step], steps[step - 1]), -0.005, 0.005);
            // By chance one value in 2²⁴ agrees.
            Assert.InRange(steps[step].Zip(steps[step - 1]).Count(pair => pair.First == pair.Second), 0, 3);
        }
    }

    /// <summary>Keys that differ by one must not hold each other's values at other places, as a counter XOR a raw key would.</summary>
    [Fact]
    public void Neighbouring_keys_do_not_permute_each_other()
    {
        var first = Draw(100).Take(1000).ToHashSet();

        Assert.InRange(Draw(101).Take(1000).Count(first.Contains), 0, 3);
    }

    [Fact]
    public void Normal_values_have_the_moments_of_the_normal_distribution()
    {
        using var tensor = CounterRandom.Normal(13, [Many], CPU);
        var values = tensor.data<float>().ToArray();

        Assert.InRange(values.Average(x => (double)x), -0.005, 0.005);
        Assert.InRange(values.Average(x => (double)x * x), 0.993, 1.007);
        Assert.InRange(values.Average(x => Math.Pow(x, 4)), 2.95, 3.05);
        Assert.InRange(Correlation(values.Skip(1), values), -0.005, 0.005);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        LeakCheck.AssertNone(() =>
        {
            CounterRandom.Uniform(1, [300, 300], CPU).Dispose();
            CounterRandom.UniformByTensorOperations(1, [300, 300], CPU).Dispose();
            CounterRandom.Normal(1, [300, 300], CPU).Dispose();
        });
    }

    private static float[] Draw(ulong key)
    {
        using var values = CounterRandom.Uniform(key, [Many], CPU);
        return values.data<float>().ToArray();
    }

    private static double Correlation(IEnumerable<float> first, IEnumerable<float> second)
    {
        var pairs = first.Zip(second).ToArray();
        var (a, b) = (pairs.Average(p => (double)p.First), pairs.Average(p => (double)p.Second));
        return pairs.Average(p => (p.First - a) * (p.Second - b))
            / Math.Sqrt(pairs.Average(p => Math.Pow(p.First - a, 2)) * pairs.Average(p => Math.Pow(p.Second - b, 2)));
    }
}
