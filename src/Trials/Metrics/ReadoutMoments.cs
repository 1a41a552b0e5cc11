using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>What a linear readout takes from its samples, whatever the ridge: formed once for several ridges.</summary>
internal sealed class ReadoutMoments : IDisposable
{
    private readonly Tensor mean;            // [K, 1, D]
    private readonly Tensor covariance;      // [K, D, D]
    private readonly Tensor moments;         // [K, D, C]
    private readonly Tensor targetMean;      // [K, 1, C], or [1, C]

    /// <param name="x">[K, n, D].</param>
    /// <param name="targets">[K, n, C], or [n, C] of all trials alike.</param>
    public ReadoutMoments(Tensor x, Tensor targets)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (samples, y) = (x.to(float64), targets.to(float64));
        mean = samples.mean([1], keepdim: true).DetachFromDisposeScope();
        targetMean = y.mean([y.dim() - 2], keepdim: true).DetachFromDisposeScope();
        var centred = samples - mean;
        covariance = bmm(centred.transpose(1, 2), centred).Div(x.shape[1]).DetachFromDisposeScope();
        moments = matmul(centred.transpose(1, 2), y - targetMean).Div(x.shape[1]).DetachFromDisposeScope();
    }

    /// <summary>The coefficients of one ridge, with the means that they go with. The caller disposes of all three.</summary>
    /// <param name="ridge">As a share of the samples' mean variance.</param>
    public (Tensor Mean, Tensor Coefficients, Tensor TargetMean) Solved(double ridge)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var regular = RidgeProbe.WithRidge(covariance, covariance.diagonal(0, 1, 2).mean([1]).Mul(ridge));
        return (
            mean.alias().DetachFromDisposeScope(), linalg.solve(regular, moments).DetachFromDisposeScope(), targetMean.alias().DetachFromDisposeScope());
    }

    public void Dispose()
    {
        mean.Dispose();
        covariance.Dispose();
        moments.Dispose();
        targetMean.Dispose();
    }
}
