using System.Globalization;
using System.Text.Json;

namespace VicRegSweeps.SweepEngine.Stores.Sql;

/// <summary>Values as columns hold them.</summary>
internal static class RowText
{
    /// <summary>SQLite refuses NaN, PostgreSQL is told to, and CSV has no word for infinity: both are absent.</summary>
    public static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    /// <summary>Singular values as JSON.</summary>
    public static string Of(IReadOnlyList<double> spectrum) =>
        $"[{string.Join(',', spectrum.Select(v => double.IsFinite(v) ? v.ToString("R", CultureInfo.InvariantCulture) : "null"))}]";

    /// <summary>Singular values as they are recorded; NaN for those that were not finite.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static IReadOnlyList<double> Spectrum(string json)
    {
        try
        {
            var values = JsonSerializer.Deserialize<double?[]>(json) ?? throw new FormatException("the spectrum is null");
            return values.All(v => v is null || double.IsFinite(v.Value))
                ? [.. values.Select(v => v ?? double.NaN)]
                : throw new FormatException("the spectrum has a value that is infinite");
        }
        catch (JsonException)
        {
            throw new FormatException("the spectrum is not a JSON array of numbers");
        }
    }
}
