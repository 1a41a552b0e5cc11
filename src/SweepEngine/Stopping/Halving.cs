namespace VicRegSweeps.SweepEngine;

/// <summary>Successive halving inside a stack.</summary>
/// <remarks>Jamieson and Talwalkar 2016, algorithm 1: of n trials, ⌊keep · n⌋ go on from a rung, and at least one.</remarks>
internal static class Halving
{
    // keep · n is computed in binary: 0.29 · 100 is 28.999999999999996, and 29 is meant.
    private const double Rounding = 1e-9;

    /// <summary>Whether an evaluation is the first at or after the end of a rung.</summary>
    /// <param name="before">Epochs done at the evaluation before it; 0 if there was none.</param>
    /// <param name="epoch">Epochs done at this one.</param>
    public static bool IsRung(HalvingRule rule, int before, int epoch) => epoch / rule.EveryEpochs > before / rule.EveryEpochs;

    /// <summary>How many of some trials go on.</summary>
    public static int Kept(HalvingRule rule, int trials) =>
        Math.Min(trials, Math.Max(1, (int)Math.Floor((rule.Keep * trials) + Rounding)));

    /// <summary>Those that do not go on, with their ranks from 1, the best first.</summary>
    /// <param name="trials">In the order of the stack, which decides between equals. What has no value is ranked last.</param>
    public static IReadOnlyList<(Standing Standing, int Rank)> Losers(HalvingRule rule, IReadOnlyList<Standing> trials) =>
    [
        .. trials
            .OrderBy(t => t.Value is null)
            .ThenBy(t => rule.Goal == HalvingGoal.Maximize ? -t.Value : t.Value)
            .Select((t, place) => (t, place + 1))
            .Skip(Kept(rule, trials.Count)),
    ];
}
