using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>What can be read linearly from samples: ridge regression in closed form, in double precision.</summary>
/// <remarks>The ridge is a small share of the samples' mean variance, so that a readout does not depend on their scale. Letters: K trials, n samples, D dimension.</remarks>
internal sealed class Readout : IDisposable
{
    private readonly Tensor mean;            // [K, 1, D]
    private readonly Tensor coefficients;    // [K, D, C]
    private readonly Tensor targetMean;      // [K, 1, C], or [1, C]

    /// <param name="x">[K, n, D].</param>
    /// <param name="targets">[K, n, C], or [n, C] of all trials alike.</param>
    /// <param name="ridge">As a share of the mean variance of <paramref name="x"/>.</param>
    public Readout(Tensor x, Tensor targets, double ridge = RidgeProbe.RelativeRidge)
    {
        using var moments = new ReadoutMoments(x, targets);
        (mean, coefficients, targetMean) = moments.Solved(ridge);
    }

    /// <summary>The readout of samples whose moments are known.</summary>
    public Readout(ReadoutMoments moments, double ridge) => (mean, coefficients, targetMean) = moments.Solved(ridge);

    /// <returns>[K, m, C].</returns>
    public Tensor Of(Tensor x)
    {
        using var scope = NewDisposeScope();
        return bmm(x.to(float64) - mean, coefficients).Add(targetMean).MoveToOuterDisposeScope();
    }

    /// <summary>1 − squared error over variance, each summed over samples and targets; and the root mean square error of a target.</summary>
    /// <param name="read">[K, m, C].</param>
    /// <param name="truth">[m, C].</param>
    /// <returns>One of each for every trial.</returns>
    public static (double[] R2, double[] Rmse) Quality(Tensor read, Tensor truth)
    {
        using var scope = NewDisposeScope();
        var error = (read - truth).Square().mean([1, 2]);                                                                 // [K]
        var variance = (truth - truth.mean([0], keepdim: true)).Square().mean();
        return (Numbers(TensorArithmetic.FullLike(error, 1) - (error / variance)), Numbers(error.sqrt()));
    }

    public void Dispose()
    {
        mean.Dispose();
        coefficients.Dispose();
        targetMean.Dispose();
    }

    private static double[] Numbers(Tensor perTrial) => perTrial.cpu().data<double>().ToArray();
}
