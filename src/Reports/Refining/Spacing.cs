using System.Globalization;

namespace VicRegSweeps.Reports.Refining;

/// <summary>Whether the numbers of an axis are spaced by distances or by ratios, and what lies between and beyond two of them.</summary>
/// <param name="IsLogarithmic">Whether by ratios. Beside 0 and negative numbers it is distances in any case.</param>
/// <param name="IsWhole">Whether only whole numbers are meant.</param>
internal sealed record Spacing(bool IsLogarithmic, bool IsWhole)
{
    /// <summary>From this ratio on, two numbers alone are taken for steps of a ratio.</summary>
    private const double LargeRatio = 8;

    /// <summary>Significant digits of a number that is made: few enough to read.</summary>
    private const int Digits = 4;

    /// <param name="levels">The numbers that there are, in any order.</param>
    /// <param name="declared">What the sweep file says; null where it lists them, so that they are judged by their steps.</param>
    public static Spacing Of(IReadOnlyList<double> levels, bool? declared, bool isWhole) => new(declared ?? IsByRatios(levels), isWhole);

    /// <summary>Halfway from a number to another.</summary>
    public double Between(double value, double other) =>
        Rounded(IsByRatio(value, other) ? Math.Sign(value) * Math.Sqrt(value * other) : (value + other) / 2);

    /// <summary>As far from a number as another is, in the other direction.</summary>
    public double Beyond(double value, double other) => Rounded(IsByRatio(value, other) ? value * (value / other) : value + (value - other));

    private bool IsByRatio(double a, double b) => IsLogarithmic && a > 0 && b > 0;

    private static bool IsByRatios(IReadOnlyList<double> levels)
    {
        var positive = levels.Where(l => l > 0).Distinct().Order().ToList();
        if (positive.Count < 2 || levels.Any(l => l < 0)) return false;
        if (positive.Count == 2) return positive[1] / positive[0] >= LargeRatio;

        return Unevenness(positive.Select(p => Math.Log(p))) < Unevenness(positive);
    }

    /// <summary>The spread of the steps, as a share of their mean.</summary>
    private static double Unevenness(IEnumerable<double> ascending)
    {
        var all = ascending.ToList();
        var steps = all.Skip(1).Zip(all, (next, last) => next - last).ToList();
        var mean = steps.Average();
        return Math.Sqrt(steps.Average(s => (s - mean) * (s - mean))) / mean;
    }

    private double Rounded(double number) => IsWhole
        ? Math.Round(number, MidpointRounding.AwayFromZero)
        : double.Parse(number.ToString($"G{Digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
