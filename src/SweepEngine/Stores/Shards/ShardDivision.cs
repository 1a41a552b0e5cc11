namespace VicRegSweeps.SweepEngine.Stores.Shards;

/// <summary>
/// Deals the trials of a plan to shards. It depends on the plan and the number of shards alone, so that workers which know nothing of each
/// other come to the same, and every trial has exactly one shard.
/// </summary>
internal static class ShardDivision
{
    /// <summary>Into how many pieces a shard's worth of trials is parted: more make shards more alike, and stacks narrower.</summary>
    private const int PiecesAShard = 2;

    /// <summary>A trial as far as it decides where it is trained.</summary>
    /// <param name="Number">The store's: the order of the plan.</param>
    /// <param name="Stage">The number of the trial that it is built on; null where it stands on its own.</param>
    internal readonly record struct Dealt(long Number, string Point, string StackKey, long? Stage);

    /// <param name="trials">In the order of the plan.</param>
    /// <param name="shards">How many.</param>
    /// <param name="width">
    /// The stack width that the sweep asks for: its stacks stay whole. Null leaves the width to each shard's device, and trials of one stack key are
    /// parted only as far as that makes shards equally long.
    /// </param>
    /// <param name="wholePoints">Whether the seeds of a point are judged together, as by halving.</param>
    /// <returns>The shard of every trial, from 1, by the trial's number.</returns>
    public static IReadOnlyDictionary<long, int> Of(IReadOnlyList<Dealt> trials, int shards, int? width, bool wholePoints)
    {
        var families = Families(trials);
        var byPoint = wholePoints || families.Select(f => f.Root.Point).Distinct(StringComparer.Ordinal).Count() >= shards;
        var units = families.GroupBy(f => (f.Root.StackKey, Unit: byPoint ? f.Root.Point : null, Number: byPoint ? 0 : f.Root.Number))
            .Select(g => (g.Key.StackKey, Trials: g.SelectMany(f => f.Members).ToList(), Roots: g.Count())).ToList();
        var total = trials.Count;
        var pieces = units.GroupBy(u => u.StackKey, StringComparer.Ordinal).SelectMany(group =>
        {
            var own = group.ToList();
            return width is { } fixedWidth ? Stacks(own, fixedWidth) : Parts(own, total, shards);
        });

        // The longest first, each to the shard that has least: shards end at about the same time.
        var (load, dealt) = (new long[shards], new Dictionary<long, int>());
        foreach (var piece in pieces.OrderByDescending(p => p.Count).ThenBy(p => p[0]))
        {
            var shard = Array.IndexOf(load, load.Min());
            load[shard] += piece.Count;
            foreach (var trial in piece) dealt[trial] = shard + 1;
        }

        return dealt;
    }

    /// <summary>Trials that stand on their own, each with those that are built on it: these need the files that it leaves.</summary>
    private static List<(Dealt Root, List<long> Members)> Families(IReadOnlyList<Dealt> trials)
    {
        var (byNumber, families) = (trials.ToDictionary(t => t.Number), new Dictionary<long, (Dealt Root, List<long> Members)>());
        foreach (var trial in trials)
        {
            var root = trial;
            while (root.Stage is { } stage && byNumber.TryGetValue(stage, out var below)) root = below;
            if (!families.TryGetValue(root.Number, out var family)) families[root.Number] = family = (root, []);
            family.Members.Add(trial.Number);
        }

        return [.. families.Values.OrderBy(f => f.Root.Number)];
    }

    /// <summary>Stacks as one worker would form them, which takes what waits in the order of the plan, and no part of a point that is too much.</summary>
    private static IEnumerable<List<long>> Stacks(List<(string Key, List<long> Trials, int Roots)> units, int width)
    {
        var (stack, roots) = (new List<long>(), 0);
        foreach (var unit in units)
        {
            if (roots > 0 && roots + unit.Roots > width)
            {
                yield return stack;
                (stack, roots) = ([], 0);
            }

            stack.AddRange(unit.Trials);
            roots += unit.Roots;
        }

        if (roots > 0) yield return stack;
    }

    private static IEnumerable<List<long>> Parts(List<(string Key, List<long> Trials, int Roots)> units, int total, int shards)
    {
        var weight = units.Sum(u => (long)u.Trials.Count);
        var parts = (int)Math.Clamp(((weight * shards * PiecesAShard) + total - 1) / total, 1, units.Count);
        var (done, next) = (0L, 1);
        var part = new List<long>();
        foreach (var unit in units)
        {
            part.AddRange(unit.Trials);
            done += unit.Trials.Count;
            if (done * parts < weight * next) continue;

            yield return part;
            part = [];
            while (done * parts >= weight * next) next++;
        }

        if (part.Count > 0) yield return part;
    }
}
