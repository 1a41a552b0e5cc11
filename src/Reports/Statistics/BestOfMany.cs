using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;

namespace VicRegSweeps.Reports.Statistics;

/// <summary>What picking the best of many adds to a score by chance alone.</summary>
public static class BestOfMany
{
    private const double Far = 9;
    private const int Pieces = 64;

    /// <summary>The expectation of the largest of so many independent standard normal numbers.</summary>
    /// <param name="count">At least 1.</param>
    public static double ExpectedMaximum(int count)
    {
        // ∫ x · m φ(x) Φ(x)^(m−1) dx, in pieces that a Gauss–Legendre rule does exactly enough.
        var sum = 0.0;
        for (var piece = 0; piece < Pieces; piece++)
        {
            var (from, to) = (-Far + (2 * Far * piece / Pieces), -Far + (2 * Far * (piece + 1) / Pieces));
            sum += GaussLegendreRule.Integrate(
                x => x * count * Normal.PDF(0, 1, x) * Math.Pow(Normal.CDF(0, 1, x), count - 1), from, to, order: 8);
        }

        return sum;
    }

    /// <summary>By how much the best of equally good points is expected to exceed their common mean.</summary>
    /// <param name="points">The values of each point by seed.</param>
    /// <param name="design">Of the same points. Where it is balanced, what the seeds have in common is left out: it flatters no point.</param>
    /// <returns>Null where no point has two seeds: the noise of a seed is not known then.</returns>
    public static double? Optimism(IEnumerable<IReadOnlyDictionary<long, double>> points, SeedDesign design)
    {
        var (scored, values, within) = (0, 0L, 0.0);
        foreach (var point in points.Where(p => p.Count > 0))
        {
            scored++;
            values += point.Count;
            within += Rounding.SquaredDeviations(point.Values);
        }

        if (scored < 2 || values == scored) return null;

        var variance = design is { IsBalanced: true, Variance: { } residual } ? residual : within / (values - scored);
        return ExpectedMaximum(scored) * Math.Sqrt(variance * scored / values);
    }
}
