using VicRegSweeps.Reports.Statistics;

namespace VicRegSweeps.Reports.Tests.Statistics;

/// <summary>Every statistic of a report against SciPy, or against a fit by least squares.</summary>
public sealed class StatisticsTests
{
    [Fact]
    public void Mean_deviation_and_interval_are_those_of_SciPy()
    {
        double[] values = [0.312, 0.334, 0.298, 0.351, 0.307];
        var expected = Python.Numbers("numpy, scipy.stats", $"""
            import numpy as np, scipy.stats as st
            v = np.array({Python.List(values)})
            low, high = st.t.interval(0.95, len(v) - 1, v.mean(), st.sem(v))
            print(v.mean(), v.std(ddof=1), low, high)
            """);

        var ours = SampleStatistics.Of(values);

        Close(expected, [ours.Mean!.Value, ours.StandardDeviation!.Value, ours.Low!.Value, ours.High!.Value], 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(18)]
    [InlineData(1000)]
    public void The_expected_maximum_is_the_integral_that_SciPy_finds(int count)
    {
        var expected = Python.Numbers("scipy.integrate, scipy.stats", $"""
            import scipy.integrate as si, scipy.stats as st
            print(si.quad(lambda x: x * {count} * st.norm.pdf(x) * st.norm.cdf(x) ** ({count} - 1), -10, 10, limit=500)[0])
            """);

        Assert.Equal(expected[0], BestOfMany.ExpectedMaximum(count), 1e-6);
    }

    [Fact]
    public void The_optimism_of_the_best_is_what_a_simulation_of_equal_points_finds()
    {
        var random = new Random(1);
        // What the seeds have in common flatters no point, however large it is.
        var seeds = Enumerable.Range(0, 4).Select(_ => 10 * Normal()).ToList();
        var points = Enumerable.Range(0, 20).Select(_ => BySeed([.. seeds.Select(s => s + Normal())])).ToList();
        var excess = Enumerable.Range(0, 4000).Average(_ => Enumerable.Range(0, 20).Max(_ => Enumerable.Range(0, 4).Average(_ => Normal())));

        // The noise of 57 degrees of freedom is within a tenth or two of the truth.
        Assert.Equal(excess, BestOfMany.Optimism(points, SeedDesign.Of(points))!.Value, 0.25 * excess);

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    [Fact]
    public void Without_a_second_seed_nobody_knows_the_optimism()
    {
        var points = new[] { BySeed([1]), BySeed([2]), BySeed([3]) };

        Assert.Null(BestOfMany.Optimism(points, SeedDesign.Of(points)));
    }

    /// <summary>Sums of squares as differences between nested linear models, which no formula for means goes into.</summary>
    [Fact]
    public void The_analysis_of_variance_is_that_of_nested_least_squares_fits()
    {
        int[] levels = [2, 3, 3];
        var random = new Random(7);
        var cells = (
            from a in Enumerable.Range(0, 2)
            from b in Enumerable.Range(0, 3)
            from c in Enumerable.Range(0, 3)
            select (IReadOnlyList<double>)[.. Enumerable.Range(0, 4)
                .Select(s => a + (b * c * 0.7) - (a * b * 0.3) + (0.2 * s) + (random.NextDouble() * 0.5))]).ToList();
        var expected = Python.Numbers("numpy, scipy.stats", $"""
            import numpy as np, itertools, scipy.stats as st
            y = np.array({Python.List(cells.SelectMany(c => c))})
            rows = list(itertools.product(range(2), range(3), range(3), range(4)))
            def dummies(columns):
                keys = sorted(set(tuple(r[c] for c in columns) for r in rows))
                return np.array([[1.0 if tuple(r[c] for c in columns) == k else 0.0 for k in keys] for r in rows])
            def rss(terms):
                x = np.hstack([np.ones((len(rows), 1))] + [dummies(t) for t in terms])
                fit = x @ np.linalg.lstsq(x, y, rcond=None)[0]
                return ((y - fit) ** 2).sum(), np.linalg.matrix_rank(x)
            order = [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2), (3,)]
            full, rank = rss(order)
            noise, df = full, len(y) - rank
            total = ((y - y.mean()) ** 2).sum()
            for k, term in enumerate(order):
                (before, r0), (after, r1) = rss(order[:k]), rss(order[:k + 1])
                f = (before - after) / (r1 - r0) / (noise / df)
                print(r1 - r0, (before - after) / total, f, st.f.sf(f, r1 - r0, df))
            print(df, noise / total)
            """);

        var anova = Anova.Of(levels, cells);

        var ours = anova.Effects.Append(anova.Seeds!).SelectMany(e => new[] { e.Freedom, e.Share, e.F!.Value, e.P!.Value })
            .Concat([anova.Noise!.Freedom, anova.Noise.Share]).ToArray();
        Assert.Equal([[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]], anova.Effects.Select(e => e.Factors.ToArray()));
        Close(expected, ours, 1e-6);
        Assert.Equal(1, anova.Effects.Sum(e => e.Share) + anova.Seeds!.Share + anova.Noise.Share, 12);
        Assert.Null(anova.Higher);
    }

    [Fact]
    public void One_factor_and_unblocked_seeds_come_to_SciPys_one_way_test()
    {
        // Seeds that shift all cells alike are taken out as blocks; with none of that, and one factor, F is the classic one
        // but for the degrees of freedom that the blocks take.
        double[][] cells = [[1.0, 1.4, 0.9], [2.1, 1.8, 2.4], [1.2, 1.9, 1.3]];
        var expected = Python.Numbers("numpy, scipy.stats", """
            import numpy as np, scipy.stats as st
            a = np.array([[1.0, 1.4, 0.9], [2.1, 1.8, 2.4], [1.2, 1.9, 1.3]])
            f, p = st.f_oneway(*a)
            print(f * (a.size - 3) ** -1 * 6, ((a.mean(1) - a.mean()) ** 2).sum() * 3 / ((a - a.mean()) ** 2).sum())
            """);

        var anova = Anova.Of([3], cells);
        var within = anova.Seeds!.SumOfSquares + anova.Noise!.SumOfSquares;

        Assert.Equal(expected[0], anova.Effects[0].SumOfSquares / 2 / (within / 6), 9);
        Assert.Equal(expected[1], anova.Effects[0].Share, 9);
    }

    [Fact]
    public void One_seed_has_shares_and_no_test()
    {
        var anova = Anova.Of([2, 2], [[1], [2], [3], [8]]);

        Assert.Equal([(8.0 * 8) / 4 / 29, 6.0 * 6 / 4 / 29, 4.0 * 4 / 4 / 29], anova.Effects.Select(e => Math.Round(e.Share, 14)), (a, b) =>
            Math.Abs(a - b) < 1e-9);
        Assert.All(anova.Effects, e => Assert.Null(e.P));
        Assert.Null(anova.Noise);
    }

    [Fact]
    public void A_missing_cell_is_refused() => Assert.Throws<ArgumentException>(() => Anova.Of([2, 2], [[1], [2], [3]]));

    [Fact]
    public void Correlations_are_NumPys_and_a_constant_column_has_none()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 40 * 3).Select(i => (float)(i % 3 == 2 ? 5 : random.NextDouble() + (i % 3 * 0.1))).ToArray();
        var expected = Python.Numbers("numpy", $"""
            import numpy as np
            print(np.corrcoef(np.array({Python.List(values.Select(v => (double)v))}).reshape(-1, 3)[:, :2].T)[0, 1])
            """);

        var correlations = Correlation.Of(values, 3);

        Assert.Equal(expected[0], correlations[0, 1], 9);
        Assert.Equal(1, correlations[0, 0], 12);
        Assert.True(double.IsNaN(correlations[0, 2]));
    }

    [Fact]
    public void Equal_values_have_no_variance_to_share_whatever_rounding_says()
    {
        var anova = Anova.Of([3], [[0.1 + 0.2, 0.3], [0.3, 0.1 + 0.2], [0.3, 0.3]]);

        Assert.Equal(0, anova.Total);
        Assert.All(anova.Effects, e => Assert.Equal((0, 0, (double?)null), (e.Share, e.SumOfSquares, e.F)));
    }

    private static Dictionary<long, double> BySeed(double[] values) => values.Index().ToDictionary(v => (long)v.Index, v => v.Item);

    private static void Close(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (e, a) in expected.Zip(actual)) Assert.True(Math.Abs(e - a) <= tolerance * Math.Max(1, Math.Abs(e)), $"{a} is not {e}");
    }
}
