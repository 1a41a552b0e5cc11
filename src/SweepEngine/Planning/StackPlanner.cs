using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Planning;

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
        foreach (var (number, _, trial) in Assigned(trials, runner, width: null, seeds: 1))
        {
            if (number == stacks.Count)
                stacks.Add([]);
            stacks[number].Add(trial);
        }

        return stacks;
    }

    /// <summary>What <see cref="Stacks"/> comes to, without keeping the trials: a plan may have millions.</summary>
    /// <param name="shape">What to remember of the first trial of every shape; there may be as many shapes as trials.</param>
    /// <param name="width">The most trials in a stack; null leaves it to the runner.</param>
    /// <param name="seedsTogether">How many seeds a point has, where a stack must not part them; null where it may.</param>
    public static StackOutline<T> Outline<T>(
        IEnumerable<Trial> trials, ITrialRunner runner, Func<Trial, T> shape, int? width = null, int? seedsTogether = null)
    {
        var shapes = new List<T>();
        var stacks = new List<PlannedStack>();
        foreach (var (number, like, trial) in Assigned(trials, runner, width, seedsTogether ?? 1))
        {
            if (like == shapes.Count)
                shapes.Add(shape(trial));
            if (number == stacks.Count)
                stacks.Add(new PlannedStack(like, 0));
            stacks[number] = stacks[number] with { Trials = stacks[number].Trials + 1 };
        }

        return new StackOutline<T>(shapes, stacks);
    }

    /// <summary>Every trial with the number of its stack and that of its shape, both counted from 0 as they come up.</summary>
    private static IEnumerable<(int Stack, int Shape, Trial Trial)> Assigned(
        IEnumerable<Trial> trials, ITrialRunner runner, int? width, int seeds)
    {
        var keys = new StackKeys(runner);
        var open = new Dictionary<UInt128, Open>();
        var stacks = 0;
        foreach (var trial in trials)
        {
            var key = keys.Of(trial);
            if (!open.TryGetValue(key, out var stack))
                open[key] = stack = new Open(open.Count, Math.Max(1, width ?? runner.StackWidth(trial)));
            // The seeds of a point come one after the other, and are alike in shapes.
            var isFull = stack.InStack == stack.Width || (stack.Trials % seeds == 0 && stack.InStack + seeds > stack.Width);
            if (stack.InStack == 0 || isFull)
                (stack.Number, stack.InStack) = (stacks++, 0);
            stack.InStack++;
            stack.Trials++;
            yield return (stack.Number, stack.Shape, trial);
        }
    }

    /// <summary>Where trials of one key go at present.</summary>
    private sealed class Open(int shape, int width)
    {
        public int Shape => shape;

        public int Width => width;

        public int Number { get; set; }

        public int InStack { get; set; }

        /// <summary>Of this key, over all its stacks.</summary>
        public long Trials { get; set; }
    }
}

/// <summary>The stacks of a plan.</summary>
/// <param name="Shapes">What is remembered of every shape.</param>
/// <param name="Stacks">In the order of their first trials.</param>
public sealed record StackOutline<T>(IReadOnlyList<T> Shapes, IReadOnlyList<PlannedStack> Stacks);

/// <summary>A stack to be.</summary>
/// <param name="Shape">Its number among the shapes.</param>
/// <param name="Trials">How many trials are trained together.</param>
public readonly record struct PlannedStack(int Shape, int Trials);
