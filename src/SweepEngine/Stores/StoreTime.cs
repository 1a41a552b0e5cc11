using System.Globalization;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Times in the store: UTC, ISO 8601 with milliseconds and a Z. One width, so text order is time order.</summary>
internal static class StoreTime
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>A time that something took.</summary>
    /// <exception cref="FormatException">Nothing takes as long.</exception>
    public static TimeSpan Duration(double seconds) => seconds is >= 0 and < 1e10
        ? TimeSpan.FromSeconds(seconds)
        : throw new FormatException($"{seconds} seconds are no time that something took");

    /// <exception cref="FormatException">It is no time.</exception>
    public static DateTimeOffset Parse(string text) =>
        DateTimeOffset.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException($"'{text}' is not a time such as 2026-01-31T12:00:00.000Z");
}
