using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;
using MathNet.Numerics.RootFinding;

namespace VicRegSweeps.Reports.Statistics;

/// <summary>Quantiles for many differences between equally replicated means that share one estimate of their variance.</summary>
/// <remarks>
/// Both are probabilities of normal means, integrated over the place of one of them, and then over the estimate of the variance. A
/// quantile is in units of a difference's standard error: it takes the place of Student's t.
/// </remarks>
public static class ManyMeans
{
    private const double Confidence = 0.95;
    private const double Far = 8;
    private const double Tail = 1e-10;
    private const int Pieces = 32;
    private const int Order = 8;

    /// <summary>Of many means against one that was chosen before the values were seen (Dunnett 1955, two-sided).</summary>
    /// <param name="others">How many are compared with it, at least 1.</param>
    /// <param name="freedom">Degrees of freedom of the variance, at least 1.</param>
    public static double Dunnett(int others, int freedom) => Quantile(freedom, width => Normally(z =>
        Math.Pow(Normal.CDF(0, 1, z + (Math.Sqrt(2) * width)) - Normal.CDF(0, 1, z - (Math.Sqrt(2) * width)), others)));

    /// <summary>Of all pairs of means, and so of any that were chosen by their values (Tukey 1953): the studentized range over √2.</summary>
    /// <param name="means">How many there are, at least 2.</param>
    /// <param name="freedom">Degrees of freedom of the variance, at least 1.</param>
    public static double Tukey(int means, int freedom) => Quantile(freedom, width => means * Normally(z =>
        Math.Pow(Normal.CDF(0, 1, z) - Normal.CDF(0, 1, z - (Math.Sqrt(2) * width)), means - 1)));

    /// <param name="within">The probability that no difference exceeds a width, in true standard errors.</param>
    private static double Quantile(int freedom, Func<double, double> within)
    {
        // The estimated standard deviation, as a share of the true one, is a chi over the root of its degrees of freedom.
        var (low, high) = (Math.Sqrt(ChiSquared.InvCDF(freedom, Tail) / freedom), Math.Sqrt(ChiSquared.InvCDF(freedom, 1 - Tail) / freedom));
        var spread = Nodes(low, high, Pieces)
            .Select(n => (Deviation: n.X, Weight: n.Weight * 2 * freedom * n.X * ChiSquared.PDF(freedom, freedom * n.X * n.X))).ToList();
        return Brent.FindRoot(width => spread.Sum(s => s.Weight * within(width * s.Deviation)) - Confidence, 0.5, 1000, 1e-7, 200);
    }

    private static double Normally(Func<double, double> probability) =>
        NormalNodes.Sum(n => n.Weight * probability(n.X));

    private static readonly (double X, double Weight)[] NormalNodes =
        [.. Nodes(-Far, Far, Pieces).Select(n => (n.X, n.Weight * Normal.PDF(0, 1, n.X)))];

    private static IEnumerable<(double X, double Weight)> Nodes(double from, double to, int pieces)
    {
        var width = (to - from) / pieces;
        for (var piece = 0; piece < pieces; piece++)
        {
            var rule = new GaussLegendreRule(from + (piece * width), from + ((piece + 1) * width), Order);
            for (var i = 0; i < rule.Order; i++) yield return (rule.GetAbscissa(i), rule.GetWeight(i));
        }
    }
}
