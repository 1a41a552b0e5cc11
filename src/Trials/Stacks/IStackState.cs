using VicRegSweeps.SweepEngine.Planning;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>What a checkpoint keeps of trials that are trained together.</summary>
public interface IStackState
{
    /// <summary>In the order of the trial axis.</summary>
    IReadOnlyList<Trial> Trials { get; }

    /// <summary>Steps done.</summary>
    long StepsDone { get; }

    /// <summary>Batches summed since the last row of losses.</summary>
    int BatchesInWindow { get; }

    /// <summary>All that training changes, by name; the first axis of each is the trial axis.</summary>
    IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Goes on from a state that <see cref="State"/> had.</summary>
    void Restore(IReadOnlyDictionary<string, Tensor> state, long stepsDone, int batchesInWindow);
}
