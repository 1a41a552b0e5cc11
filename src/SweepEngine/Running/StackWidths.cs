using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>How many trials a worker stacks: what its user says, or else the sweep, or else the runner; never more than memory allows.</summary>
internal sealed class StackWidths(ITrialRunner runner, int? users)
{
    private readonly Dictionary<string, int> most = new(StringComparer.Ordinal);

    /// <param name="sweeps">The width that the sweep of the trial asks for; null where it does not.</param>
    public int Of(Trial trial, int? sweeps) =>
        Math.Min(most.GetValueOrDefault(runner.StackKey(trial), int.MaxValue), users ?? sweeps ?? runner.StackWidth(trial));

    /// <summary>Remembers that memory did not suffice for a stack of this width.</summary>
    public void Narrow(Trial like, int width) => most[runner.StackKey(like)] = Math.Max(1, width / 2);
}
