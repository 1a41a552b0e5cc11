using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>What a number depends on, over the axes of a sweep.</summary>
/// <param name="Exact">The analysis of variance; null where the grid is not complete.</param>
/// <param name="Alone">
/// For each axis the share of the variance between its levels (η²); null where every level has one trial, so that nothing is left
/// over to compare it with. On a complete grid these are the main effects; on any other they overlap and do not add up. After a search
/// each axis is judged by the ranks of its points instead.
/// </param>
/// <param name="Trials">How many trials have a value.</param>
/// <param name="Incomplete">Why there is no exact analysis, in a sentence; null where there is one.</param>
internal sealed record Influence(Anova? Exact, IReadOnlyList<double?> Alone, int Trials, string? Incomplete)
{
    /// <summary>More cells than this are not taken apart.</summary>
    private const int MostFactors = 8;

    /// <summary>How many points have a value, as far as <see cref="IsOfRanks"/>.</summary>
    private int Points { get; init; }

    /// <summary>Whether <see cref="Alone"/> is of ranks, as after a search.</summary>
    public bool IsOfRanks { get; private init; }

    /// <summary>How the shares of <see cref="Alone"/> came about, for people.</summary>
    public string How => IsOfRanks ? "Spearman's ρ² of the points' means" : "one-way η²";

    /// <summary>What the shares of <see cref="Alone"/> are shares of, for people.</summary>
    public string SharesAreOf => IsOfRanks ? "ranks" : "variance";

    /// <summary>How much <see cref="Alone"/> is of, for people: ranks are those of points, variance is that of trials.</summary>
    public string Over => IsOfRanks ? $"n = {Shown.Count(Points, "point")} with {Shown.Count(Trials, "trial")}" : $"n = {Shown.Count(Trials, "trial")}";

    /// <summary>The axes by what they explain alone, the most first.</summary>
    public IReadOnlyList<int> Order => [.. Enumerable.Range(0, Alone.Count).OrderByDescending(axis => Alone[axis] ?? 0)];

    /// <summary>Whether any share says anything: one axis with one seed has all of the variance, whatever it is worth.</summary>
    public bool HasShares => Exact?.HasShares ?? Alone.Any(share => share is not null);

    /// <param name="value">A trial's value; null where it has none, and never imputed.</param>
    public static Influence Of(ReportData data, Func<ReportTrial, double?> value)
    {
        var scored = data.Trials.Where(t => t.Counts && value(t) is not null).Select(t => (Trial: t, Value: value(t)!.Value)).ToList();
        if (data.IsSearch) return OfSearch(data, value, scored);

        var alone = data.Axes.Index().Select(axis => Between(scored, axis.Index)).ToList();
        var why = WhyNot(data, value);
        if (why is not null) return new Influence(null, alone, scored.Count, why);

        var levels = data.Axes.Select(a => a.Levels.Count).ToList();
        var cells = new IReadOnlyList<double>[data.Points.Count];
        foreach (var point in data.Points)
        {
            var cell = point.Levels.Zip(levels).Aggregate(0, (number, level) => (number * level.Second) + level.First);
            cells[cell] = [.. point.Trials.OrderBy(t => t.Seed).Select(t => value(t)!.Value)];
        }

        return new Influence(Anova.Of(levels, cells), alone, scored.Count, null);
    }

    /// <summary>
    /// Hardly two points of a search share a level, so that levels explain all there is, whatever the axis is worth. Ranks do not: what they
    /// share goes in one direction. An axis of words has no ranks, but levels that points share.
    /// </summary>
    private static Influence OfSearch(ReportData data, Func<ReportTrial, double?> value, List<(ReportTrial Trial, double Value)> scored)
    {
        var points = scored.GroupBy(s => s.Trial.Point).Select(g => (Point: g.Key, Mean: g.Average(s => s.Value))).ToList();
        var means = points.Select(p => p.Mean).ToList();
        var alone = data.Axes.Index().Select(axis => axis.Item.IsNumeric
            ? Squared(RankCorrelation.Of([.. points.Select(p => (double)p.Point.Levels[axis.Index])], means))
            : Between(scored, axis.Index));
        return new Influence(null, [.. alone], scored.Count, data.Generations.Count > 0
            ? "the points were chosen by a search, each generation where the one before had good results, and are no factorial whose axes could be told apart."
            : "the points were drawn by a search, and are no grid whose axes could be told apart exactly.")
        {
            IsOfRanks = true,
            Points = points.Count,
        };
    }

    private static double? Squared(double? value) => value * value;

    private static string? WhyNot(ReportData data, Func<ReportTrial, double?> value)
    {
        if (data.Axes.Count == 0) return "there is one point, so nothing varies.";
        if (data.Axes.Count > MostFactors) return $"there are more than {MostFactors} axes.";

        var cells = data.Axes.Aggregate(1L, (product, axis) => product * axis.Levels.Count);
        if (data.Points.Count == 0) return "there are no points.";
        if (data.Points.Count != cells) return $"the grid is not complete: {data.Points.Count} of its {cells} points are in the sweep.";

        var lacking = data.Points.Count(p => !data.Seeds.SequenceEqual(
            p.Trials.Where(t => t.Counts && value(t) is not null).Select(t => t.Seed).Order()));
        return lacking == 0 ? null : $"the grid is not complete: {lacking} of its {cells} points lack the value for some seed.";
    }

    /// <summary>η²: the sum of squares between an axis's levels, as a share of all.</summary>
    private static double? Between(List<(ReportTrial Trial, double Value)> scored, int axis)
    {
        if (scored.Count == 0) return null;

        var levels = scored.GroupBy(s => s.Trial.Levels[axis]).Select(g => (Count: g.Count(), Mean: g.Average(s => s.Value))).ToList();
        if (levels.Count == scored.Count) return null;

        var grand = scored.Average(s => s.Value);
        var total = Rounding.SumOfSquares(scored.Sum(s => (s.Value - grand) * (s.Value - grand)), scored.Sum(s => s.Value * s.Value));
        return total > 0 ? levels.Sum(g => g.Count * Math.Pow(g.Mean - grand, 2)) / total : 0;
    }
}
