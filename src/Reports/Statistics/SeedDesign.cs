using MathNet.Numerics.Distributions;

namespace VicRegSweeps.Reports.Statistics;

/// <summary>What the seeds of all points say together: how much points have their seeds in common, and the noise that is left.</summary>
/// <param name="Points">Points that have a value.</param>
/// <param name="Seeds">Seeds that every point with more than one value has.</param>
/// <param name="IsBalanced">Whether every point has the same seeds, and at least two of them.</param>
/// <param name="Correlation">
/// Of the points over the seeds: the share of the variance within points that the seeds have in common (intraclass correlation of a
/// two-way layout); null with fewer than two points or seeds, or without variance. It may be a little below 0.
/// </param>
/// <param name="Variance">The mean square of the residual with seeds as blocks; null where <paramref name="Correlation"/> cannot be estimated.</param>
/// <param name="Freedom">Its degrees of freedom.</param>
/// <param name="EqualScatter">Bartlett's p that all points scatter alike over their seeds; null where that is not known.</param>
public sealed record SeedDesign(int Points, int Seeds, bool IsBalanced, double? Correlation, double? Variance, int Freedom, double? EqualScatter)
{
    /// <summary>Below this, one variance does not speak for all points.</summary>
    public const double LeastEqualScatter = 0.01;

    /// <summary>Whether the residual of all points speaks for the difference of any two.</summary>
    public bool IsPooled => IsBalanced && Points > 2 && Variance is not null && EqualScatter >= LeastEqualScatter;

    /// <param name="points">The values of each point by seed; points without a value are left out.</param>
    public static SeedDesign Of(IEnumerable<IReadOnlyDictionary<long, double>> points)
    {
        // Of a million points with one seed nothing is kept.
        var (scored, values) = (0, 0L);
        var replicated = new List<IReadOnlyDictionary<long, double>>();
        foreach (var point in points.Where(p => p.Count > 0))
        {
            scored++;
            values += point.Count;
            if (point.Count > 1) replicated.Add(point);
        }

        var seeds = replicated.Count == 0 ? [] : replicated.Skip(1).Aggregate(replicated[0].Keys.ToHashSet(), (common, p) =>
        {
            common.IntersectWith(p.Keys);
            return common;
        }).Order().ToList();
        // Every point has the common seeds, so it has no others where there are no more values than those.
        var isBalanced = seeds.Count > 1 && scored > 1 && replicated.Count == scored && values == (long)scored * seeds.Count;
        if (seeds.Count < 2 || replicated.Count < 2) return new SeedDesign(scored, seeds.Count, isBalanced, null, null, 0, null);

        var table = replicated.Select(p => seeds.Select(s => p[s]).ToArray()).ToList();
        var (count, each) = (table.Count, seeds.Count);
        var means = table.Select(row => row.Average()).ToList();
        var bySeed = Enumerable.Range(0, each).Select(s => table.Select((row, i) => row[s] - means[i]).Average()).ToList();
        var squares = table.Sum(row => row.Sum(v => v * v));
        var between = Rounding.SumOfSquares(count * bySeed.Sum(b => b * b), squares);
        var residual = Rounding.SumOfSquares(table.Select((row, i) => row.Select((v, s) => Math.Pow(v - means[i] - bySeed[s], 2)).Sum()).Sum(), squares);
        var freedom = (count - 1) * (each - 1);
        var (blocks, noise) = (between / (each - 1), residual / freedom);
        return new SeedDesign(
            scored,
            each,
            isBalanced,
            blocks + noise > 0 ? (blocks - noise) / (blocks + ((count - 1) * noise)) : null,
            noise,
            freedom,
            isBalanced ? Bartlett(table) : null);
    }

    /// <summary>
    /// The correlation from which pairing seeds makes the interval of a difference shorter: below it, what pairing takes from the
    /// noise is less than what it costs in degrees of freedom.
    /// </summary>
    /// <param name="seeds">At least 2.</param>
    public static double PairingGainsFrom(int seeds) =>
        1 - Math.Pow(SampleStatistics.Quantile(2 * (seeds - 1)) / SampleStatistics.Quantile(seeds - 1), 2);

    /// <summary>Bartlett's test of equal variances. 1 where nothing scatters, 0 where some points do and others do not.</summary>
    private static double Bartlett(List<double[]> groups)
    {
        var variances = groups.Select(g => Rounding.SquaredDeviations(g) / (g.Length - 1)).ToList();
        if (variances.All(v => v == 0)) return 1;
        if (variances.Any(v => v == 0)) return 0;

        var (count, each) = (groups.Count, groups[0].Length - 1.0);
        var statistic = each * ((count * Math.Log(variances.Average())) - variances.Sum(Math.Log));
        var correction = 1 + ((count + 1) / (3 * count * each));
        return 1 - ChiSquared.CDF(count - 1, Math.Max(0, statistic / correction));
    }
}
