using System.Collections.Concurrent;
using MathNet.Numerics.Distributions;

namespace VicRegSweeps.Reports.Statistics;

/// <summary>Mean and spread of one metric over the seeds of one point.</summary>
/// <param name="N">How many values there are.</param>
/// <param name="Mean">Null without values.</param>
/// <param name="StandardDeviation">Of the sample (n − 1); null below two values, as are the bounds.</param>
/// <param name="Low">Lower bound of the 95 % confidence interval of the mean, by Student's t.</param>
public sealed record SampleStatistics(int N, double? Mean, double? StandardDeviation, double? Low, double? High)
{
    private const double Confidence = 0.95;

    private static readonly ConcurrentDictionary<double, double> Quantiles = new();

    public static SampleStatistics Of(IReadOnlyList<double> values)
    {
        var n = values.Count;
        if (n == 0) return new(0, null, null, null, null);

        var mean = values.Sum() / n;
        if (n == 1) return new(1, mean, null, null, null);

        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (n - 1));
        var half = Quantile(n - 1) * deviation / Math.Sqrt(n);
        return new(n, mean, deviation, mean - half, mean + half);
    }

    /// <summary>Of Student's t, two-sided. Found by root finding, so each is found once.</summary>
    internal static double Quantile(double freedom) =>
        Quantiles.GetOrAdd(freedom, f => StudentT.InvCDF(0, 1, f, 1 - (1 - Confidence) / 2));
}
