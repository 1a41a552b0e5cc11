using System.Globalization;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>All numbers between two ends, equally spread over the numbers themselves or over their logarithms.</summary>
/// <param name="First">An end; greater than 0 where <paramref name="IsLogarithmic"/>.</param>
/// <param name="Last">The other end, different from the first, and smaller or larger.</param>
/// <param name="IsLogarithmic">Whether equal ratios have equal chances, not equal distances.</param>
/// <param name="IsWhole">Whether only whole numbers are meant, each with the chance of what rounds to it.</param>
public sealed record ContinuousRange(double First, double Last, bool IsLogarithmic, bool IsWhole)
{
    /// <summary>Significant digits of a number that is taken from a range: more than any result depends on, few enough to read.</summary>
    private const int Digits = 6;

    /// <param name="share">How far along the range, from 0 to 1.</param>
    /// <returns>In decimal; never outside of the ends.</returns>
    public ParameterValue At(double share)
    {
        var (low, high) = (Math.Min(First, Last), Math.Max(First, Last));
        var (first, last) = Reach(low, high);
        if (First > Last) share = 1 - share;
        var number = IsLogarithmic
            ? Math.Exp(Math.Log(first) + (share * (Math.Log(last) - Math.Log(first))))
            : first + (share * (last - first));
        return Math.Clamp(IsWhole ? Math.Round(number, MidpointRounding.AwayFromZero) : Rounded(number), low, high);
    }

    /// <summary>How far along the range a number is, from 0 to 1: what <see cref="At"/> makes that number of.</summary>
    /// <returns>Null where it is outside of the ends, or no whole number where only such are meant.</returns>
    public double? ShareOf(double number)
    {
        var (low, high) = (Math.Min(First, Last), Math.Max(First, Last));
        if (number < low || number > high || (IsWhole && !double.IsInteger(number))) return null;

        var (first, last) = Reach(low, high);
        var share = IsLogarithmic ? (Math.Log(number) - Math.Log(first)) / (Math.Log(last) - Math.Log(first)) : (number - first) / (last - first);
        return First > Last ? 1 - share : share;
    }

    /// <summary>Such as <c>0.1 to 100, log</c>.</summary>
    public override string ToString() =>
        $"{ParameterValue.Shortest(First)} to {ParameterValue.Shortest(Last)}{(IsLogarithmic ? ", log" : "")}{(IsWhole ? ", whole numbers" : "")}";

    /// <summary>A half beyond each end, so that the whole numbers at the ends have their share.</summary>
    private (double First, double Last) Reach(double low, double high) =>
        IsWhole ? (Math.Max(low - 0.5, IsLogarithmic ? 0.5 : double.MinValue), high + 0.5) : (low, high);

    private double Rounded(double number)
    {
        if (IsLogarithmic) return double.Parse(number.ToString($"E{Digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

        // To the same decimal all along, so that digits do not crowd around 0.
        var decimals = Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(Last - First)));
        return decimals is < 0 or > 15 ? number : (double)Math.Round((decimal)number, decimals);
    }
}
