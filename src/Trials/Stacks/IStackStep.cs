using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>How a stack takes a step: by tensor operations over all trials, or on a processor trial by trial.</summary>
internal interface IStackStep : IDisposable
{
    /// <summary>What the optimizer remembers, by name; each is [K, P]. Owned by the step.</summary>
    IReadOnlyDictionary<string, Tensor> OptimizerState { get; }

    /// <summary>Moves every trial's parameters and running statistics on, and adds its loss terms to the window.</summary>
    /// <param name="features">For each seed its batch: view 1's B rows, then view 2's, [2B, F].</param>
    /// <param name="stepsDone">Steps done so far.</param>
    void Take(IReadOnlyList<Tensor> features, long stepsDone);
}

/// <summary>What training changes, but for the optimizer's memory. Owned by the stack.</summary>
/// <param name="Parameters">[K, P].</param>
/// <param name="Buffers">Running statistics, [K, Q].</param>
/// <param name="Window">Sums of total, invariance, variance and covariance since the last log row, [K, 4], double.</param>
/// <param name="NotFinite">The step, from 1, at which each of these was first not finite; 0 for never, [K, 4], int64.</param>
internal sealed record StackRows(Tensor Parameters, Tensor Buffers, Tensor Window, Tensor NotFinite) : IDisposable
{
    /// <summary>One trial's rows, sharing memory with these; the caller's to dispose of.</summary>
    /// <param name="trial">Its place along the trial axis.</param>
    public StackRows Of(int trial)
    {
        return new StackRows(Row(Parameters), Row(Buffers), Row(Window), Row(NotFinite));

        Tensor Row(Tensor rows) => rows.narrow(0, trial, 1).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        Parameters.Dispose();
        Buffers.Dispose();
        Window.Dispose();
        NotFinite.Dispose();
    }
}
