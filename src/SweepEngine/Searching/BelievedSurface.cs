namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>What a search by results believes of a metric over its axes, for those who draw it.</summary>
public sealed class BelievedSurface
{
    private readonly Belief belief;

    private BelievedSurface(Belief belief) => this.belief = belief;

    /// <param name="isOrdered">For each axis whether near coordinates mean near values; words differ from each other all alike.</param>
    /// <param name="points">Coordinates from 0 to 1.</param>
    /// <param name="means">Of each point's seeds.</param>
    /// <param name="seeds">How many seeds each mean is of.</param>
    /// <param name="variance">Between the seeds of a point; null where that is not known.</param>
    /// <returns>Null for fewer than two points, of which nothing can be believed.</returns>
    public static BelievedSurface? Of(
        IReadOnlyList<bool> isOrdered, IReadOnlyList<double[]> points, IReadOnlyList<double> means, IReadOnlyList<int> seeds, double? variance) =>
        points.Count < 2 ? null
            : new BelievedSurface(Belief.Of([.. isOrdered.Select(ordered => new SearchAxis(null, ordered))], points, means, seeds, variance));

    /// <summary>The expected mean at a point.</summary>
    /// <param name="at">Its coordinates.</param>
    public double At(double[] at) => belief.Mean(at);
}
