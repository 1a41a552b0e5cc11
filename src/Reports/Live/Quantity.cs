using System.Globalization;

namespace VicRegSweeps.Reports.Live;

/// <summary>Rates, durations and sizes as people read them.</summary>
public static class Quantity
{
    /// <summary>A rate with two or three digits that matter.</summary>
    public static string Of(double perSecond) => perSecond switch
    {
        >= 100 => perSecond.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => perSecond.ToString("0", CultureInfo.InvariantCulture),
        _ => perSecond.ToString("0.0", CultureInfo.InvariantCulture),
    };

    /// <summary>Such as <c>2 h 05 min</c>, <c>3 min 20 s</c> or <c>12 s</c>.</summary>
    public static string Of(TimeSpan duration)
    {
        var seconds = (long)Math.Ceiling(duration.TotalSeconds);
        return seconds switch
        {
            >= 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h {seconds / 60 % 60:00} min"),
            >= 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min {seconds % 60:00} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
        };
    }

    /// <summary>Such as <c>512 MiB</c> or <c>1.5 GiB</c>.</summary>
    public static string OfBytes(long bytes) => bytes switch
    {
        >= 10L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):#,0} GiB"),
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 10L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
    };
}
