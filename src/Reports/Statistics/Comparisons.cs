namespace VicRegSweeps.Reports.Statistics;

/// <summary>What an interval of a difference is made of.</summary>
public enum DifferenceKind
{
    /// <summary>The residual of all points, with seeds as blocks.</summary>
    Blocked,

    /// <summary>The differences of these two points, seed by seed.</summary>
    Paired,

    /// <summary>The scatter of each of the two points by itself (Welch 1947).</summary>
    Welch,

    /// <summary>There is no interval.</summary>
    None,
}

/// <summary>How much one point's mean exceeds another's.</summary>
/// <param name="Mean">0 where it is rounding.</param>
/// <param name="Low">Lower bound at 95 %; null where nothing says how far it may be off.</param>
/// <param name="Freedom">Degrees of freedom; null without an interval.</param>
public sealed record Difference(double Mean, double? Low, double? High, double? Freedom, DifferenceKind Kind)
{
    /// <summary>Whether the interval leaves 0 out.</summary>
    public bool IsTold => Mean != 0 && (Low > 0 || High < 0);
}

/// <summary>Differences between points, by the rule that the data choose once for all of them.</summary>
/// <param name="Design">What all points say together.</param>
/// <remarks>
/// Where the design is balanced and its points scatter alike, the residual of all of them: it has the most degrees of freedom. Else each
/// pair by itself: seed by seed where the correlation of the seeds gains more than the degrees of freedom that pairing costs, otherwise
/// by Welch's interval.
/// </remarks>
public sealed record Comparisons(SeedDesign Design)
{
    private double? baseline;
    private double? pair;

    /// <summary>
    /// One of the differences to a baseline that was chosen before the values were seen: where they are pooled, all intervals hold at
    /// once (Dunnett).
    /// </summary>
    /// <param name="point">Values by seed.</param>
    /// <param name="other">Values by seed.</param>
    public Difference ToBaseline(IReadOnlyDictionary<long, double> point, IReadOnlyDictionary<long, double> other) =>
        Of(point, other, () => baseline ??= ManyMeans.Dunnett(Design.Points - 1, Design.Freedom));

    /// <summary>
    /// The difference of two points that were chosen by their values: where they are pooled, the intervals of all pairs hold at once
    /// (Tukey).
    /// </summary>
    /// <inheritdoc cref="ToBaseline"/>
    public Difference OfAnyTwo(IReadOnlyDictionary<long, double> point, IReadOnlyDictionary<long, double> other) =>
        Of(point, other, () => pair ??= ManyMeans.Tukey(Design.Points, Design.Freedom));

    private Difference Of(IReadOnlyDictionary<long, double> point, IReadOnlyDictionary<long, double> other, Func<double> pooledQuantile)
    {
        if (point.Count == 0 || other.Count == 0) return new Difference(0, null, null, null, DifferenceKind.None);
        if (!Design.IsPooled) return Alone(point, other);

        var mean = Rounding.Difference(point.Values.Average(), other.Values.Average());
        var half = pooledQuantile() * Math.Sqrt(2 * Design.Variance!.Value / Design.Seeds);
        return new Difference(mean, mean - half, mean + half, Design.Freedom, DifferenceKind.Blocked);
    }

    private Difference Alone(IReadOnlyDictionary<long, double> point, IReadOnlyDictionary<long, double> other)
    {
        var common = point.Keys.Where(other.ContainsKey).Order().ToList();
        if (common.Count > 1 && Design.Correlation > SeedDesign.PairingGainsFrom(common.Count))
        {
            var paired = SampleStatistics.Of([.. common.Select(seed => Rounding.Difference(point[seed], other[seed]))]);
            return new Difference(paired.Mean!.Value, paired.Low, paired.High, common.Count - 1, DifferenceKind.Paired);
        }

        var mean = Rounding.Difference(point.Values.Average(), other.Values.Average());
        if (point.Count < 2 || other.Count < 2) return new Difference(mean, null, null, null, DifferenceKind.None);

        var (a, b) = (ErrorSquared(point), ErrorSquared(other));
        if (a + b == 0) return new Difference(mean, mean, mean, point.Count + other.Count - 2, DifferenceKind.Welch);

        var freedom = (a + b) * (a + b) / ((a * a / (point.Count - 1)) + (b * b / (other.Count - 1)));
        var half = SampleStatistics.Quantile(freedom) * Math.Sqrt(a + b);
        return new Difference(mean, mean - half, mean + half, freedom, DifferenceKind.Welch);
    }

    /// <summary>The square of a mean's standard error.</summary>
    private static double ErrorSquared(IReadOnlyDictionary<long, double> point) =>
        Rounding.SquaredDeviations(point.Values) / (point.Count - 1) / point.Count;
}
