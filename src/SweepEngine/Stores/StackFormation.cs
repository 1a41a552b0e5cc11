using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Makes stacks: of waiting trials, and of a stack that is to be halved. Call within a transaction.</summary>
internal static class StackFormation
{
    /// <summary>Makes a stack of the first waiting trials that may be stacked and are of one sweep, whose rules they share.</summary>
    /// <param name="address">The store's, for messages.</param>
    /// <returns>Its number; null when no trial is waiting.</returns>
    public static long? Form(IStoreTransaction rows, string address, ParameterCatalogue catalogue, LeaseRequest request)
    {
        if (rows.Rules().Any(r => r.Stop.Halving is not null)) rows.TakeTurns(Matter.Formation);
        if (rows.FirstWaiting() is not { } first) return null;

        var sweep = rows.SweepOf(first.Number);
        var width = first.Alone ? 1 : Math.Max(1, request.StackWidth(first.ToTrial(address, catalogue), sweep?.Rules.StackWidth));
        var waiting = rows.Waiting(first.StackKey, first.Alone, sweep?.Number, (long)width + 1);
        var isHalving = sweep?.Rules.Stop.Halving is not null;
        var members = isHalving ? WholePoints([.. waiting.Select(t => t.Point)], width) : Math.Min(width, waiting.Count);
        return rows.AddStack([.. waiting.Take(members).Select(t => t.Number)]);
    }

    /// <summary>Makes two stacks of what is pending in one; both go on from its checkpoints.</summary>
    public static void Halve(IStoreTransaction rows, long stack)
    {
        var (pending, checkpoints) = (rows.PendingOf(stack), rows.CheckpointsOf(stack));
        var middle = Middle([.. pending.Select(t => t.Point)]);
        foreach (var half in new[] { pending.Take(middle).ToList(), pending.Skip(middle).ToList() }.Where(half => half.Count > 0))
            rows.SetCheckpoints(rows.AddStack([.. half.Select(t => t.Number)]), checkpoints);
    }

    /// <summary>How many of the trials that wait are taken without parting the seeds of a point, which are judged together.</summary>
    /// <param name="points">Of the trials that wait, in their order: one more than <paramref name="width"/>, if there are so many.</param>
    /// <returns>At most <paramref name="width"/>; all of it where a single point is wider.</returns>
    internal static int WholePoints(IReadOnlyList<string> points, int width)
    {
        if (points.Count <= width) return points.Count;

        var whole = width;
        while (whole > 0 && points[whole - 1] == points[width]) whole--;
        return whole > 0 ? whole : width;
    }

    /// <summary>Where a stack is halved: between two points, as near to its middle as can be; within one where it has no other.</summary>
    internal static int Middle(IReadOnlyList<string> points)
    {
        var middle = (points.Count + 1) / 2;
        var between = Enumerable.Range(1, Math.Max(0, points.Count - 1)).Where(i => points[i - 1] != points[i]).ToList();
        return between.Count == 0 ? middle : between.MinBy(i => Math.Abs(i - middle));
    }
}
