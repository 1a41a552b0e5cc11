using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Trials.Tests.Metrics;

public sealed class LargestTests
{
    /// <summary>With and without the pass that finds a floor, and with as many equal numbers as fall on it.</summary>
    [Theory]
    [InlineData(20, 20)]
    [InlineData(130, 20)]
    [InlineData(2000, 1)]
    [InlineData(2003, 20)]
    [InlineData(2003, 32)]
    [InlineData(2003, 100)]
    [InlineData(4096, 32)]
    public void They_are_those_of_a_sorted_list_and_of_equal_ones_the_first(int count, int k)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var numbers = Enumerable.Range(0, count).Select(_ => seed % 2 == 0 ? random.NextDouble() : random.Next(count / 8)).ToArray();
            for (var i = 0; i < count - k; i += 17) numbers[i] = i % 34 == 0 ? double.NaN : double.NegativeInfinity;
            var expected = numbers.Index().Where(n => !double.IsNaN(n.Item)).OrderByDescending(n => n.Item).Take(k).ToList();

            var (values, places) = (new double[k], new int[k]);
            Largest.Of<double>(numbers, values, places);
            Assert.Equal(expected.Select(n => n.Item), values);
            Assert.Equal(expected.Select(n => n.Index), places);

            var floats = new float[k];
            Largest.Of<float>([.. numbers.Select(n => (float)n)], floats, places);
            Assert.Equal([.. expected.Select(n => (float)n.Item)], floats);
        }
    }

    [Fact]
    public void Numbers_that_are_missing_leave_minus_infinity()
    {
        var numbers = Enumerable.Repeat(double.NaN, 1000).ToArray();
        numbers[700] = 3;
        var (values, places) = (new double[2], new int[2]);

        Largest.Of<double>(numbers, values, places);

        Assert.Equal([3, double.NegativeInfinity], values);
        Assert.Equal(700, places[0]);
    }
}
