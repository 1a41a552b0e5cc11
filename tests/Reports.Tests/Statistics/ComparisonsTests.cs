using System.Globalization;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using VicRegSweeps.Reports.Statistics;

namespace VicRegSweeps.Reports.Tests.Statistics;

/// <summary>Which interval a difference gets, and that it is the one that NumPy and SciPy find.</summary>
public sealed class ComparisonsTests
{
    private static readonly double[][] Balanced =
    [
        [0.312, 0.334, 0.298, 0.351], [0.281, 0.262, 0.301, 0.277], [0.325, 0.318, 0.341, 0.333], [0.199, 0.214, 0.223, 0.187],
    ];

    [Fact]
    public void The_correlation_and_the_residual_are_those_of_a_two_way_layout()
    {
        var expected = Python.Numbers("numpy, scipy.stats", $"""
            import numpy as np, scipy.stats as st
            y = np.array({Table(Balanced)})
            p, n = y.shape
            r = y - y.mean(1, keepdims=True) - y.mean(0, keepdims=True) + y.mean()
            noise = (r ** 2).sum() / ((p - 1) * (n - 1))
            seeds = p * ((y.mean(0) - y.mean()) ** 2).sum() / (n - 1)
            print((seeds - noise) / (seeds + (p - 1) * noise), noise, st.bartlett(*y).pvalue)
            """);

        var design = SeedDesign.Of(Points(Balanced));

        Assert.Equal((4, 4, true, 9), (design.Points, design.Seeds, design.IsBalanced, design.Freedom));
        Close(expected, design.Correlation!.Value, design.Variance!.Value, design.EqualScatter!.Value);
    }

    [Fact]
    public void Balanced_points_that_scatter_alike_share_the_blocked_residual_of_all()
    {
        var points = Points(Balanced);
        var expected = Python.Numbers("numpy, scipy.stats", $"""
            import numpy as np, scipy.stats as st
            y = np.array({Table(Balanced)})
            p, n = y.shape
            r = y - y.mean(1, keepdims=True) - y.mean(0, keepdims=True) + y.mean()
            df = (p - 1) * (n - 1)
            half = st.studentized_range.ppf(0.95, p, df) * ((r ** 2).sum() / df / n) ** 0.5
            d = y[0].mean() - y[1].mean()
            print(d, d - half, d + half)
            """);

        var difference = new Comparisons(SeedDesign.Of(points)).OfAnyTwo(points[0], points[1]);

        Assert.Equal((DifferenceKind.Blocked, 9.0, true), (difference.Kind, difference.Freedom, difference.IsTold));
        Close(expected, difference.Mean, difference.Low!.Value, difference.High!.Value);
    }

    [Fact]
    public void Unequal_scatter_with_seeds_in_common_is_paired()
    {
        double[][] values = [[1.00, 2.01, 3.00, 4.02, 5.01], [1.4, 2.1, 3.9, 4.3, 5.9], [11.02, 12.01, 13.03, 14.01, 15.02]];
        var points = Points(values);
        var comparisons = new Comparisons(SeedDesign.Of(points) with { EqualScatter = 0 });
        var expected = Python.Numbers("numpy, scipy.stats", $"""
            import numpy as np, scipy.stats as st
            y = np.array({Table(values)})
            d = y[1] - y[0]
            print(d.mean(), *st.t.interval(0.95, len(d) - 1, d.mean(), st.sem(d)))
            """);

        var difference = comparisons.ToBaseline(points[1], points[0]);

        Assert.Equal(DifferenceKind.Paired, difference.Kind);
        Close(expected, difference.Mean, difference.Low!.Value, difference.High!.Value);
    }

    [Fact]
    public void Unequal_scatter_with_nothing_in_common_is_Welchs()
    {
        double[][] values = [[0.30, 0.32, 0.29], [0.27, 0.20, 0.33], [0.1, 0.1001, 0.0999]];
        var points = Points(values);
        var design = SeedDesign.Of(points);
        var expected = Python.Numbers("numpy, scipy.stats", $"""
            import numpy as np, scipy.stats as st
            a, b = [np.array(v) for v in {Table(values[..2])}]
            va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
            df = (va + vb) ** 2 / (va ** 2 / (len(a) - 1) + vb ** 2 / (len(b) - 1))
            d = a.mean() - b.mean()
            half = st.t.ppf(0.975, df) * (va + vb) ** 0.5
            print(d, d - half, d + half, df)
            """);

        var difference = new Comparisons(design).ToBaseline(points[0], points[1]);

        Assert.True(design.EqualScatter < SeedDesign.LeastEqualScatter);
        Assert.Equal(DifferenceKind.Welch, difference.Kind);
        Close(expected, difference.Mean, difference.Low!.Value, difference.High!.Value, difference.Freedom!.Value);
    }

    [Fact]
    public void Unequal_seeds_are_not_pooled()
    {
        var points = Points([[0.30, 0.32, 0.29], [0.27, 0.20], [0.1, 0.2, 0.15]]);
        var design = SeedDesign.Of(points);

        Assert.False(design.IsBalanced);
        Assert.Equal(2, design.Seeds);
        Assert.NotEqual(DifferenceKind.Blocked, new Comparisons(design).OfAnyTwo(points[0], points[1]).Kind);
    }

    /// <summary>Half-widths in units of the noise, by t quantiles from a printed table: pairing gains from where they are equal.</summary>
    [Theory]
    [InlineData(2, 4.303, 12.706)]
    [InlineData(3, 2.776, 4.303)]
    [InlineData(8, 2.145, 2.365)]
    public void Pairing_gains_where_it_makes_the_interval_shorter(int seeds, double unpaired, double paired)
    {
        var from = SeedDesign.PairingGainsFrom(seeds);

        Assert.Equal(unpaired, paired * Math.Sqrt(1 - from), 0.001);
    }

    [Fact]
    public void A_difference_that_is_rounding_is_none()
    {
        var points = Points([[0.1, 0.2, 0.3], [0.3, 0.1, 0.2], [0.2, 0.3, 0.1]]);

        var difference = new Comparisons(SeedDesign.Of(points)).OfAnyTwo(points[0], points[1]);

        Assert.Equal((0, false), (difference.Mean, difference.IsTold));
    }

    [Fact]
    public void One_seed_has_no_interval()
    {
        var points = Points([[0.1], [0.3], [0.2]]);

        Assert.Equal(new Difference(0.1 - 0.3, null, null, null, DifferenceKind.None), new Comparisons(SeedDesign.Of(points)).OfAnyTwo(points[0], points[1]));
    }

    /// <summary>The probability is summed here a second time, by midpoints. At the quantile it must be 95 %.</summary>
    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 10)]
    [InlineData(5, 10)]
    [InlineData(3, 5)]
    [InlineData(4, 60)]
    [InlineData(29, 60)]
    public void Dunnetts_and_Tukeys_quantiles_hold_95_percent(int others, int freedom)
    {
        var (dunnett, tukey) = (ManyMeans.Dunnett(others, freedom), ManyMeans.Tukey(others + 1, freedom));

        // Given the control's mean z and the estimate s, the other means are independent, and each lies within q s √2 of z.
        Assert.Equal(0.95, Chance(freedom, (z, s) => Math.Pow(Below(z + (dunnett * s * Root2)) - Below(z - (dunnett * s * Root2)), others)), 1e-6);

        // Given the smallest mean z, which any of them can be, the others lie within q s √2 above it.
        Assert.Equal(
            0.95, (others + 1) * Chance(freedom, (z, s) => Math.Pow(Below(z + (tukey * s * Root2)) - Below(z), others)), 1e-6);
        Assert.True(others == 1 ? Math.Abs(dunnett - tukey) < 1e-6 : dunnett < tukey, "All pairs are more than those with one control.");
    }

    [Fact]
    public void Two_means_have_Students_quantile() => Assert.Equal(StudentT.InvCDF(0, 1, 10, 0.975), ManyMeans.Dunnett(1, 10), 1e-6);

    [Theory]
    [InlineData(8, 12)]
    [InlineData(29, 60)]
    public void Dunnetts_quantiles_are_those_of_a_simulation(int others, int freedom)
    {
        var expected = Python.Numbers("numpy", $"""
            import numpy as np
            g = np.random.default_rng(0)
            n = 400000
            control, s = g.standard_normal(n), np.sqrt(g.chisquare({freedom}, n) / {freedom})
            largest = np.zeros(n)
            for _ in range({others}):
                largest = np.maximum(largest, np.abs(g.standard_normal(n) - control))
            print(np.quantile(largest / s / 2 ** 0.5, 0.95))
            """);

        Assert.Equal(expected[0], ManyMeans.Dunnett(others, freedom), 0.02);
    }

    [Theory]
    [InlineData(2, 10)]
    [InlineData(9, 18)]
    [InlineData(3, 5)]
    [InlineData(10, 2)]
    [InlineData(100, 99)]
    public void Tukeys_quantiles_are_SciPys(int means, int freedom)
    {
        var expected = Python.Numbers("scipy.stats", $"""
            import scipy.stats as st
            print(st.studentized_range.ppf(0.95, {means}, {freedom}) / 2 ** 0.5)
            """);

        Assert.Equal(expected[0], ManyMeans.Tukey(means, freedom), 1e-4 * expected[0]);
    }

    private static readonly double Root2 = Math.Sqrt(2);

    /// <summary>The expectation of a chance over a normal mean and an estimated standard deviation, by midpoints.</summary>
    private static double Chance(int freedom, Func<double, double, double> given)
    {
        const double most = 9, step = 0.02;
        var (low, high) = (Math.Max(0, 1 - (most / Math.Sqrt(2 * freedom))), 1 + (most / Math.Sqrt(2 * freedom)));
        var (sum, width) = (0.0, (high - low) / 400);
        for (var s = low + (width / 2); s < high; s += width)
        {
            var weight = ChiDensity(freedom, s) * width;
            for (var z = -most + (step / 2); z < most; z += step) sum += weight * step * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * given(z, s);
        }

        return sum;
    }

    /// <summary>Density of sqrt(χ²/ν) for ν degrees of freedom. Γ(ν/2) is a product that ends with 1 for an even ν, and with √π for an odd one.</summary>
    private static double ChiDensity(int freedom, double s)
    {
        var logGamma = freedom % 2 == 0 ? 0 : Math.Log(Math.PI) / 2;
        for (var factor = (freedom / 2.0) - 1; factor > 0; factor--) logGamma += Math.Log(factor);
        return Math.Exp(Math.Log(2) + (freedom / 2.0 * Math.Log(freedom / 2.0)) - logGamma + ((freedom - 1) * Math.Log(s)) - (freedom * s * s / 2));
    }

    private static double Below(double z) => SpecialFunctions.Erfc(-z / Root2) / 2;

    private static List<IReadOnlyDictionary<long, double>> Points(double[][] values) =>
        [.. values.Select(row => (IReadOnlyDictionary<long, double>)row.Index().ToDictionary(v => (long)v.Index, v => v.Item))];

    private static string Table(double[][] values) => $"[{string.Join(',', values.Select(Python.List))}]";

    private static void Close(double[] expected, params double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (e, a) in expected.Zip(actual)) Assert.True(Math.Abs(e - a) <= 2e-4 * Math.Max(1e-3, Math.Abs(e)),
            string.Create(CultureInfo.InvariantCulture, $"{a} is not {e}"));
    }
}
