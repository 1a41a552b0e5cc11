using System.Globalization;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>What <c>stop.halving</c> has to choose from: the points of each stack, whose seeds are judged together.</summary>
public static class HalvingOutlook
{
    /// <summary>How many seeds a stack must not part; null without halving, when stacks are cut anywhere.</summary>
    public static int? SeedsTogether(SweepPlan plan) => plan.File.Stop.Halving is null ? null : plan.File.Seeds.Count;

    /// <summary>How many stacks hold one point, so that there is nothing to choose from.</summary>
    public static int StacksOfOnePoint(SweepPlan plan, IReadOnlyList<PlannedStack> stacks) => stacks.Count(s => s.Trials <= plan.File.Seeds.Count);

    /// <summary>Where halving has nothing to choose from, in a sentence; null where it has everywhere, or there is no halving.</summary>
    public static string? Of(SweepPlan plan, IReadOnlyList<PlannedStack> stacks)
    {
        if (plan.File.Stop.Halving is null || StacksOfOnePoint(plan, stacks) is not (> 0 and var alone)) return null;

        const string rule = "It compares points that are trained in one stack, each by the mean of its seeds, and";
        const string wayOut =
            "To compare points, let them agree in the parameters that bear on shapes, and give run.stack room for the seeds of two points.";
        return alone == stacks.Count
            ? $"stop.halving stops nothing in this sweep. {rule} here every stack holds one point. {wayOut}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"stop.halving stops nothing in {alone} of {stacks.Count} stacks. {rule} these stacks hold one point.");
    }
}
