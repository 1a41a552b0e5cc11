using VicRegSweeps.Reports.Statistics;

namespace VicRegSweeps.Reports.Tests.Statistics;

public sealed class RankCorrelationTests
{
    [Fact]
    public void It_is_SciPy_s_with_ties_and_without()
    {
        var random = new Random(3);
        for (var round = 0; round < 5; round++)
        {
            var x = Enumerable.Range(0, 30).Select(_ => round % 2 == 0 ? random.NextDouble() : random.Next(5)).ToList();
            var y = x.Select(v => (v * v) + random.NextDouble()).ToList();
            var expected = Python.Numbers("scipy.stats",
                $"import scipy.stats; print(repr(float(scipy.stats.spearmanr({Python.List(x)}, {Python.List(y)})[0])))");
            Assert.Equal(expected[0], RankCorrelation.Of(x, y)!.Value, 1e-12);
        }
    }

    [Fact]
    public void Without_anything_to_go_along_there_is_none()
    {
        Assert.Null(RankCorrelation.Of([1, 2], [1, 2]));
        Assert.Null(RankCorrelation.Of([1, 1, 1], [1, 2, 3]));
        Assert.Equal(-1, RankCorrelation.Of([1, 2, 3], [9, 4, 0])!.Value, 1e-12);
    }
}
