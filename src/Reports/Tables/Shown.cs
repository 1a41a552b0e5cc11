using System.Globalization;

namespace VicRegSweeps.Reports;

/// <summary>Numbers as people read them.</summary>
internal static class Shown
{
    /// <summary>Four significant digits at most, in the shortest form.</summary>
    public static string Number(double value) => Number(value, 4);

    /// <param name="digits">How many significant digits at most.</param>
    public static string Number(double value, int digits)
    {
        var text = value.ToString($"G{digits}", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) && Math.Abs(value) is >= 1e-4 and < 1e7
            ? ((double)decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)).ToString("0.############", CultureInfo.InvariantCulture)
            : text.Replace("E-0", "e-", StringComparison.Ordinal).Replace("E+0", "e", StringComparison.Ordinal)
                .Replace("E-", "e-", StringComparison.Ordinal).Replace("E+", "e", StringComparison.Ordinal);
    }

    /// <summary>A share as a percentage without decimals, but for what is below one.</summary>
    public static string Percent(double share) => share is > 0 and < 0.01
        ? (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %"
        : (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    /// <summary><c>1 trial</c>, <c>2 trials</c>.</summary>
    public static string Count(long number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:#,0} {what}{(number == 1 ? "" : "s")}");
}
