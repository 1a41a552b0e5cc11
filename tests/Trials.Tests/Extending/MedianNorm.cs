using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Extending;

/// <summary>A metric of a space: how long the median vector is.</summary>
internal static class MedianNorm
{
    public static readonly Metric Metric = new("median_norm", "Median length of a vector; 0 where all lie in the origin.") { Better = Better.More };

    /// <param name="z">The samples of every trial of a stack, [K, M, D], float64.</param>
    /// <returns>One number a trial, [K].</returns>
    public static double[] Of(Tensor z)
    {
        using var scope = NewDisposeScope();
        using var half = tensor(0.5, float64, z.device);
        return z.Square().sum(2).sqrt().quantile(half, 1).cpu().data<double>().ToArray();
    }
}
