namespace VicRegSweeps.Reports.Statistics;

/// <summary>Spearman's rank correlation: how far one number goes with another in one direction, whatever the shape.</summary>
internal static class RankCorrelation
{
    /// <returns>ρ from −1 to 1; null below three pairs, or where a side does not vary.</returns>
    public static double? Of(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        if (x.Count < 3) return null;

        var (first, second) = (Ranks(x), Ranks(y));
        var middle = (x.Count + 1) / 2.0;
        var (products, ofFirst, ofSecond) = (0.0, 0.0, 0.0);
        foreach (var (a, b) in first.Zip(second, (a, b) => (a - middle, b - middle)))
        {
            products += a * b;
            ofFirst += a * a;
            ofSecond += b * b;
        }

        return ofFirst > 0 && ofSecond > 0 ? products / Math.Sqrt(ofFirst * ofSecond) : null;
    }

    /// <summary>Places from 1; equal numbers share the mean of theirs.</summary>
    private static double[] Ranks(IReadOnlyList<double> values)
    {
        var ranks = new double[values.Count];
        var place = 0;
        foreach (var equal in values.Index().GroupBy(v => v.Item).OrderBy(g => g.Key))
        {
            var count = equal.Count();
            foreach (var (index, _) in equal) ranks[index] = place + ((count + 1) / 2.0);
            place += count;
        }

        return ranks;
    }
}
