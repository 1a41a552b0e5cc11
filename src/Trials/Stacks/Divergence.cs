namespace VicRegSweeps.Trials.Stacks;

/// <summary>Where a trial's loss was first not finite.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Term"><c>invariance</c>, <c>variance</c> or <c>covariance</c>; <c>total</c> when only their weighted sum was not.</param>
public sealed record Divergence(long Step, string Term)
{
    // Raw terms first: where one of them is not finite, the total is not either.
    private static readonly (int Column, string Term)[] Order = [(1, "invariance"), (2, "variance"), (3, "covariance"), (0, "total")];

    /// <param name="steps">The step at which total, invariance, variance and covariance were first not finite; 0 for never.</param>
    /// <returns>Null when all were always finite.</returns>
    internal static Divergence? Of(ReadOnlySpan<long> steps)
    {
        Divergence? earliest = null;
        foreach (var (column, term) in Order)
        {
            if (steps[column] > 0 && (earliest is null || steps[column] < earliest.Step))
            {
                earliest = new Divergence(steps[column], term);
            }
        }

        return earliest;
    }
}
