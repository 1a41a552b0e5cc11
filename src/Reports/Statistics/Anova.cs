using MathNet.Numerics.Distributions;

namespace VicRegSweeps.Reports.Statistics;

/// <summary>One source of variance.</summary>
/// <param name="Factors">The factors that interact, by number; one alone is a main effect.</param>
/// <param name="Share">Of the total sum of squares, 0 to 1.</param>
/// <param name="F">Null without noise to compare with.</param>
/// <param name="P">Probability of such an F or a larger one where there is no effect.</param>
public sealed record AnovaEffect(IReadOnlyList<int> Factors, int Freedom, double SumOfSquares, double Share, double? F, double? P);

/// <summary>Exact analysis of variance of a full factorial in which every cell has the same seeds.</summary>
/// <param name="Effects">Main effects, then interactions of two, of three, …</param>
/// <param name="Higher">What the interactions of more than <see cref="MostFactors"/> factors take together; null where there are none.</param>
/// <param name="Seeds">What the seeds take as blocks, common to all cells; null with one seed.</param>
/// <param name="Noise">What is left: how differently the seeds rank the cells; null with one seed.</param>
/// <remarks>
/// The decomposition is orthogonal, so shares add up to one and do not depend on any order. Seeds are blocks (Fisher's
/// randomized blocks), because trials of one seed share their randomness.
/// </remarks>
public sealed record Anova(
    IReadOnlyList<AnovaEffect> Effects, AnovaEffect? Higher, AnovaEffect? Seeds, AnovaEffect? Noise, double Total, int Cells, int SeedCount)
{
    /// <summary>Whether anything is left over to compare a share with: a single effect has all of the variance, whatever it is worth.</summary>
    public bool HasShares => Noise is not null || Effects.Count > 1;

    /// <summary>Interactions of more factors than this are not told apart.</summary>
    public const int MostFactors = 3;

    /// <param name="levels">How many levels each factor has, at least 2 each.</param>
    /// <param name="values">For each cell, the last factor fastest, its value for every seed.</param>
    /// <exception cref="ArgumentException">A cell is missing, or has other seeds.</exception>
    public static Anova Of(IReadOnlyList<int> levels, IReadOnlyList<IReadOnlyList<double>> values)
    {
        var (cells, seeds) = (levels.Aggregate(1, (product, count) => product * count), values[0].Count);
        if (values.Count != cells || values.Any(v => v.Count != seeds)) throw new ArgumentException("The grid is not complete.");

        var grand = values.Average(v => v.Average());
        var total = Rounding.SumOfSquares(values.Sum(v => v.Sum(y => (y - grand) * (y - grand))), values.Sum(v => v.Sum(y => y * y)));
        var means = values.Select(v => v.Average()).ToArray();
        var between = seeds * means.Sum(m => (m - grand) * (m - grand));
        var seedSum = cells * Enumerable.Range(0, seeds).Sum(s => Square(values.Average(v => v[s]) - grand));
        var (noiseFreedom, noiseSum) = ((cells - 1) * (seeds - 1), Math.Max(0, total - between - seedSum));

        var sums = new Dictionary<int, double>();
        var effects = new List<AnovaEffect>();
        foreach (var set in Sets(levels.Count))
        {
            // What the means over this set explain, less what its proper subsets do.
            var explained = seeds * Explained(levels, means, set, grand);
            sums[set] = explained - sums.Where(s => (s.Key & set) == s.Key && s.Key != set).Sum(s => s.Value);
            var factors = Enumerable.Range(0, levels.Count).Where(f => (set >> f & 1) == 1).ToList();
            effects.Add(Effect(factors, factors.Aggregate(1, (product, f) => product * (levels[f] - 1)), sums[set]));
        }

        var higherFreedom = cells - 1 - effects.Sum(e => e.Freedom);
        return new Anova(
            effects,
            higherFreedom > 0 ? Effect([], higherFreedom, between - effects.Sum(e => e.SumOfSquares)) : null,
            seeds > 1 ? Effect([], seeds - 1, seedSum) : null,
            seeds > 1 ? new AnovaEffect([], noiseFreedom, noiseSum, Share(noiseSum), null, null) : null,
            total,
            cells,
            seeds);

        AnovaEffect Effect(IReadOnlyList<int> factors, int freedom, double sum)
        {
            sum = total > 0 && sum > 1e-12 * total ? sum : 0;    // what is below that is rounding
            if (noiseFreedom == 0 || noiseSum <= 1e-12 * total) return new AnovaEffect(factors, freedom, sum, Share(sum), null, null);

            var f = sum / freedom / (noiseSum / noiseFreedom);
            return new AnovaEffect(factors, freedom, sum, Share(sum), f, Survival(freedom, noiseFreedom, f));
        }

        double Share(double sum) => total > 0 ? sum / total : 0;
    }

    /// <summary>P(F > f), by the incomplete beta function of the small tail, which 1 − CDF would round away.</summary>
    private static double Survival(double d1, double d2, double f) => f <= 0 ? 1 : Beta.CDF(d2 / 2, d1 / 2, d2 / (d2 + (d1 * f)));

    /// <summary>Sets of up to <see cref="MostFactors"/> factors as bits, small ones first.</summary>
    private static IEnumerable<int> Sets(int factors) => Enumerable.Range(1, (1 << factors) - 1)
        .Where(set => int.PopCount(set) <= MostFactors).OrderBy(int.PopCount).ThenBy(set => int.TrailingZeroCount(set)).ThenBy(set => set);

    /// <summary>Σ over cells of the squared deviation of the set's marginal mean.</summary>
    private static double Explained(IReadOnlyList<int> levels, double[] means, int set, double grand)
    {
        var sums = new Dictionary<int, (double Sum, int Count)>();
        for (var cell = 0; cell < means.Length; cell++)
        {
            var (rest, key) = (cell, 0);
            for (var factor = levels.Count - 1; factor >= 0; factor--)
            {
                if ((set >> factor & 1) == 1) key = (key * levels[factor]) + (rest % levels[factor]);
                rest /= levels[factor];
            }

            var (sum, count) = sums.GetValueOrDefault(key);
            sums[key] = (sum + means[cell], count + 1);
        }

        return sums.Values.Sum(s => s.Count * Square((s.Sum / s.Count) - grand));
    }

    private static double Square(double value) => value * value;
}
