using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Stopping;

/// <summary>Successive halving inside a stack: of points, never of the seeds of one.</summary>
/// <remarks>
/// Jamieson and Talwalkar 2016, algorithm 1: of n points, ⌊keep · n⌋ go on from a rung, and at least one. Seeds of one point
/// differ by chance, so choosing among them would keep the luckiest.
/// </remarks>
internal static class Halving
{
    // keep · n is computed in binary: 0.29 · 100 is 28.999999999999996, and 29 is meant.
    private const double Rounding = 1e-9;

    /// <summary>Whether an evaluation is the first at or after the end of a rung.</summary>
    /// <param name="before">Epochs done at the evaluation before it; 0 if there was none.</param>
    /// <param name="epoch">Epochs done at this one.</param>
    public static bool IsRung(HalvingRule rule, int before, int epoch) => epoch / rule.EveryEpochs > before / rule.EveryEpochs;

    /// <summary>How many of some points go on.</summary>
    public static int Kept(HalvingRule rule, int points) =>
        Math.Min(points, Math.Max(1, (int)Math.Floor((rule.Keep * points) + Rounding)));

    /// <summary>The trials of the points that do not go on, with what their point was judged by.</summary>
    /// <param name="trials">In the order of the stack, which decides between equals.</param>
    /// <remarks>A point none of whose trials has a value is not judged: it goes on, and the others are ranked without it.</remarks>
    public static IReadOnlyList<(Trial Trial, PointRank Rank)> Losers(HalvingRule rule, IReadOnlyList<Standing> trials)
    {
        var points = trials
            .GroupBy(t => t.Trial.Point, StringComparer.Ordinal)
            .Select(p => (Trials: p.Select(t => t.Trial).ToList(), Values: p.Where(t => t.Value is not null).Select(t => t.Value!.Value).ToList()))
            .Where(p => p.Values.Count > 0)
            .Select(p => (p.Trials, p.Values.Count, Mean: p.Values.Average()))
            .OrderBy(p => rule.Goal == HalvingGoal.Maximize ? -p.Mean : p.Mean)
            .ToList();
        return
        [
            .. points.Index().Skip(Kept(rule, points.Count)).SelectMany(p => p.Item.Trials.Select(
                trial => (trial, new PointRank(trial.Point, p.Item.Mean, p.Item.Count, p.Index + 1, points.Count)))),
        ];
    }
}

/// <summary>What halving judged a point by.</summary>
/// <param name="Point">Its id.</param>
/// <param name="Mean">Of the seeds that had a value.</param>
/// <param name="Seeds">How many had.</param>
/// <param name="Rank">From 1, the best.</param>
/// <param name="Points">Of how many that were compared.</param>
internal sealed record PointRank(string Point, double Mean, int Seeds, int Rank, int Points);
