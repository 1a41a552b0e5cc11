namespace VicRegSweeps.SweepEngine;

/// <summary>Says which trials are trained together.</summary>
/// <remarks>
/// Trials go to the newest stack of their key until it is as wide as the runner wants; stacks are in the order of
/// their first trials.
/// </remarks>
public static class StackPlanner
{
    /// <summary>The trials of every stack, in order.</summary>
    public static IReadOnlyList<IReadOnlyList<Trial>> Stacks(IEnumerable<Trial> trials, ITrialRunner runner)
    {
        var stacks = new List<List<Trial>>();
        foreach (var (number, _, trial) in Assigned(trials, runner))
        {
            if (number == stacks.Count)
                stacks.Add([]);
            stacks[number].Add(trial);
        }

        return stacks;
    }

    /// <summary>What <see cref="Stacks"/> comes to, without keeping the trials: a plan may have millions.</summary>
    public static IReadOnlyList<StackOutline> Outline(IEnumerable<Trial> trials, ITrialRunner runner)
    {
        var outlines = new List<StackOutline>();
        foreach (var (number, like, _) in Assigned(trials, runner))
        {
            if (number == outlines.Count)
                outlines.Add(new StackOutline(like, 0));
            outlines[number] = outlines[number] with { Trials = outlines[number].Trials + 1 };
        }

        return outlines;
    }

    /// <summary>Every trial with the number of its stack, and the first trial that has the same key.</summary>
    private static IEnumerable<(int Stack, Trial Like, Trial Trial)> Assigned(IEnumerable<Trial> trials, ITrialRunner runner)
    {
        var open = new Dictionary<string, Open>(StringComparer.Ordinal);
        var stacks = 0;
        foreach (var trial in trials)
        {
            var key = runner.StackKey(trial);
            if (!open.TryGetValue(key, out var stack))
                open[key] = stack = new Open(trial, Math.Max(1, runner.StackWidth(trial)));
            if (stack.Trials % stack.Width == 0)
                stack.Number = stacks++;
            stack.Trials++;
            yield return (stack.Number, stack.Like, trial);
        }
    }

    /// <summary>Where trials of one key go at present.</summary>
    private sealed class Open(Trial like, int width)
    {
        public Trial Like => like;

        public int Width => width;

        public int Number { get; set; }

        /// <summary>Of this key, over all its stacks.</summary>
        public long Trials { get; set; }
    }
}

/// <summary>A stack to be.</summary>
/// <param name="Like">A trial of the same shapes and length, to estimate memory and time from.</param>
/// <param name="Trials">How many trials are trained together.</param>
public sealed record StackOutline(Trial Like, int Trials);
