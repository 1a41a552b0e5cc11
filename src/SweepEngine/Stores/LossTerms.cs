namespace VicRegSweeps.SweepEngine;

/// <summary>The loss terms that are recorded, in the order in which they are exported.</summary>
public static class LossTerms
{
    public static IReadOnlyList<string> Names { get; } = ["total", "invariance", "variance", "covariance"];

    /// <summary>The terms of one row in the order of <see cref="Names"/>.</summary>
    public static IReadOnlyList<double?> Of(LossRow row) => [row.Total, row.Invariance, row.Variance, row.Covariance];
}
