namespace VicRegSweeps.Reports.Statistics;

/// <summary>What of a difference is the rounding of double precision.</summary>
internal static class Rounding
{
    /// <summary>A few thousand times the precision of a double: sums over many trials round more than one operation does.</summary>
    private const double Share = 1e-12;

    /// <returns>The difference a − b, and 0 where that is rounding.</returns>
    public static double Difference(double a, double b) => Math.Abs(a - b) <= Share * Math.Max(Math.Abs(a), Math.Abs(b)) ? 0 : a - b;

    public static bool IsTie(double a, double b) => Difference(a, b) == 0;

    /// <param name="deviations">A sum of squared deviations from a mean.</param>
    /// <param name="squares">The sum of the squared values.</param>
    /// <returns>The first, and 0 where that is rounding.</returns>
    public static double SumOfSquares(double deviations, double squares) => deviations <= Share * Share * squares ? 0 : Math.Max(0, deviations);

    /// <summary>The sum of the squared deviations of some values from their mean, and 0 where that is rounding.</summary>
    public static double SquaredDeviations(IEnumerable<double> values)
    {
        var mean = values.Average();
        return SumOfSquares(values.Sum(v => (v - mean) * (v - mean)), values.Sum(v => v * v));
    }
}
