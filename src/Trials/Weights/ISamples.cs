using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Weights;

/// <summary>Samples that a trained model is applied to, read piece by piece: there may be more of them than memory has room for.</summary>
internal interface ISamples : IDisposable
{
    long Count { get; }

    /// <summary>How many to ask for at a time, so that a piece takes some tens of megabytes.</summary>
    int Together { get; }

    /// <summary>What they are, in the plural.</summary>
    string Unit { get; }

    /// <summary>T: so many samples, one after the other, are the frames of a sequence; all of them unless it is said.</summary>
    long Frames => Count;

    /// <summary>Features of samples that follow each other, as the trial's encoder gives them.</summary>
    /// <param name="first">The first of them, from 0.</param>
    /// <param name="count">At most <see cref="Together"/>.</param>
    /// <returns>Float32 [count, F], on the processor.</returns>
    /// <exception cref="VicRegSweeps.SweepEngine.SweepException">They cannot be read, or are no samples.</exception>
    Tensor Features(long first, int count);
}
