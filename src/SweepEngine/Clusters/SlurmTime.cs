using System.Globalization;

namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>Times as Slurm writes them.</summary>
internal static class SlurmTime
{
    /// <param name="text">minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes or days-hours:minutes:seconds.</param>
    public static long Seconds(string text)
    {
        var days = text.Split('-');
        var parts = days[^1].Split(':').Select(p => long.Parse(p, NumberStyles.None, CultureInfo.InvariantCulture)).ToArray();
        if (days.Length == 2) return (long.Parse(days[0], NumberStyles.None, CultureInfo.InvariantCulture) * 86_400) + Clock(parts, 3600);

        return Clock(parts, parts.Length == 3 ? 3600 : 60);
    }

    private static long Clock(long[] parts, long unit)
    {
        var seconds = 0L;
        foreach (var part in parts)
        {
            seconds += part * unit;
            unit /= 60;
        }

        return seconds;
    }
}
