using System.Globalization;

namespace VicRegSweeps.Reports.Tables;

/// <summary>Numbers and texts as people read them.</summary>
public static class Shown
{
    /// <summary>From here on, and below <see cref="Small"/>, numbers have an exponent.</summary>
    private const double Large = 1e7;

    private const double Small = 1e-4;

    /// <summary>The text with a capital at its beginning.</summary>
    public static string Capital(string text) => text.Length == 0 ? text : $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    /// <summary>A text's beginning, with an ellipsis where more follows.</summary>
    /// <param name="longest">In letters; a letter of two halves is not cut in two.</param>
    public static string Cut(string text, int longest) =>
        text.Length <= longest ? text : $"{text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)]}…";

    /// <summary>Four significant digits at most, in the shortest form.</summary>
    public static string Number(double value) => Number(value, 4);

    /// <param name="digits">How many significant digits at most.</param>
    public static string Number(double value, int digits)
    {
        var text = value.ToString($"G{digits}", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) && Math.Abs(value) is >= Small and < Large
            ? ((double)decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)).ToString("0.############", CultureInfo.InvariantCulture)
            : BriefExponent(text);
    }

    /// <summary>All digits, in the shortest form that reads back as the same number.</summary>
    public static string Exact(double value) => BriefExponent(value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>With as many digits as an interval of that width bears: two of its half.</summary>
    /// <param name="half">Half the interval's width; 0 or less takes four significant digits.</param>
    public static string Borne(double value, double half)
    {
        if (!(half > 0) || !double.IsFinite(half)) return Number(value);

        var place = (int)Math.Floor(Math.Log10(half)) - 1;
        if (place is <= 0 and >= -9 && Math.Abs(value) < Large) return (value == 0 ? 0 : value).ToString($"F{-place}", CultureInfo.InvariantCulture);

        return value == 0 ? "0" : Number(value, Math.Clamp((int)Math.Floor(Math.Log10(Math.Abs(value))) - place + 1, 1, 15));
    }

    /// <summary>A share as a percentage without decimals, but for what is below one.</summary>
    public static string Percent(double share) => share is > 0 and < 0.01
        ? (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %"
        : (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A probability of chance.</summary>
    public static string Chance(double p) => p < 1e-4 ? "< 0.0001" : Number(p, 2);

    /// <summary><c>1 trial</c>, <c>2 trials</c>.</summary>
    public static string Count(long number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:#,0} {what}{(number == 1 ? "" : "s")}");

    private static string BriefExponent(string text) => text
        .Replace("E-0", "e-", StringComparison.Ordinal).Replace("E+0", "e", StringComparison.Ordinal)
        .Replace("E-", "e-", StringComparison.Ordinal).Replace("E+", "e", StringComparison.Ordinal);
}
