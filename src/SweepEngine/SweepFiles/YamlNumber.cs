using System.Globalization;
using System.Text.RegularExpressions;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>The numbers of YAML 1.2's core schema: <c>12</c>, <c>1e-4</c>, <c>.5</c>, <c>0x1F</c>, <c>0o17</c>, <c>.inf</c>, <c>.nan</c>.</summary>
internal static partial class YamlNumber
{
    /// <summary>The number that a plain scalar is.</summary>
    /// <returns>Null when it is not one; infinite when it is too large for a double.</returns>
    public static double? Parse(string text) => text switch
    {
        _ when Decimal().IsMatch(text) => double.Parse(text, CultureInfo.InvariantCulture),
        _ when Hexadecimal().IsMatch(text) => Whole(text.AsSpan(2), 16),
        _ when Octal().IsMatch(text) => Whole(text.AsSpan(2), 8),
        ".nan" or ".NaN" or ".NAN" => double.NaN,
        ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => double.PositiveInfinity,
        "-.inf" or "-.Inf" or "-.INF" => double.NegativeInfinity,
        _ => null,
    };

    private static double Whole(ReadOnlySpan<char> digits, int radix)
    {
        var sum = 0.0;
        foreach (var digit in digits)
            sum = (sum * radix) + Convert.ToInt32(digit.ToString(), 16);
        return sum;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^0x[0-9a-fA-F]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"^0o[0-7]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();
}
