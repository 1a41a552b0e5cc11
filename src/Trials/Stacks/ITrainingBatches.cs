using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>What a stack is trained on. A batch depends on its seed, epoch and step alone, so a resumed trial needs no memory of it.</summary>
internal interface ITrainingBatches : IDisposable
{
    /// <summary>Steps of one epoch; the last incomplete batch is dropped.</summary>
    int StepsPerEpoch { get; }

    /// <summary>The batches of one step.</summary>
    /// <param name="seeds">One batch is wanted of each.</param>
    /// <param name="epoch">From 0.</param>
    /// <param name="step">Of the epoch, from 0.</param>
    /// <returns>For each seed view 1's B rows, then view 2's, [2B, F].</returns>
    IReadOnlyList<Tensor> Of(IReadOnlyList<long> seeds, int epoch, int step);
}
