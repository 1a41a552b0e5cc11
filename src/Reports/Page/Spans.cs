using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;

namespace VicRegSweeps.Reports.Page;

/// <summary>Means and intervals as text: as many digits as the interval bears, and no accuracy below 0 or above 1.</summary>
internal static class Spans
{
    public static string Mean(SampleStatistics s) => s.Mean is { } mean ? Shown.Borne(mean, Half(s.Low, s.High)) : "–";

    public static string Mean(Difference d) => Shown.Borne(d.Mean, Half(d.Low, d.High));

    /// <param name="objective">What it is an interval of: a share lies between 0 and 1, and so does its interval.</param>
    /// <param name="between">The two ends.</param>
    public static string Of(SampleStatistics s, Objective objective, string between = " … ") => s.Low is not { } low || s.High is not { } high ? "–"
        : Text(objective.Bounded(s).Low!.Value, objective.Bounded(s).High!.Value, Half(low, high), between);

    public static string Of(Difference d, string between = " … ") =>
        d.Low is { } low && d.High is { } high ? Text(low, high, Half(low, high), between) : "–";

    private static string Text(double low, double high, double half, string between) => $"{Shown.Borne(low, half)}{between}{Shown.Borne(high, half)}";

    private static double Half(double? low, double? high) => (high - low) / 2 ?? 0;
}
