namespace VicRegSweeps.Reports;

/// <summary>How much one point differs from another, seed by seed: trials of one seed share their randomness.</summary>
public static class PairedDifference
{
    /// <param name="point">Values by seed.</param>
    /// <param name="baseline">Values by seed.</param>
    /// <returns>Of point − baseline over the seeds that both have.</returns>
    public static SampleStatistics Of(IReadOnlyDictionary<long, double> point, IReadOnlyDictionary<long, double> baseline) =>
        SampleStatistics.Of([.. point.Where(p => baseline.ContainsKey(p.Key)).OrderBy(p => p.Key).Select(p => p.Value - baseline[p.Key])]);
}
