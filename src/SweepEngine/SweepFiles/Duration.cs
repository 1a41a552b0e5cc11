using System.Globalization;
using System.Text.RegularExpressions;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Durations as people write them: <c>90s</c>, <c>20m</c>, <c>1.5h</c>, <c>1h30m</c>, <c>2d</c>.</summary>
internal static partial class Duration
{
    public const string Forms = "a duration such as 90s, 20m, 1h30m or 2d";
    public const string Pattern = @"^([0-9]+(\.[0-9]+)?d)?([0-9]+(\.[0-9]+)?h)?([0-9]+(\.[0-9]+)?m)?([0-9]+(\.[0-9]+)?s)?$";

    private static readonly (int Group, double Seconds)[] Units = [(1, 86_400), (3, 3_600), (5, 60), (7, 1)];

    /// <returns>Null when the text is no duration, or none that is longer than nothing and shorter than three hundred years.</returns>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length > 64 || Form().Match(text) is not { Success: true } match)
            return null;
        var seconds = Units.Where(u => match.Groups[u.Group].Success)
            .Sum(u => double.Parse(match.Groups[u.Group].ValueSpan[..^1], CultureInfo.InvariantCulture) * u.Seconds);
        return seconds is > 0 and < 1e10 ? TimeSpan.FromSeconds(seconds) : null;
    }

    [GeneratedRegex(Pattern, RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
