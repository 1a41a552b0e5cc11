using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>Samples on the plane of their first two principal components.</summary>
/// <param name="Points">[N, 2] row by row; a missing component is zero.</param>
/// <param name="Shares">The share of the variance on each of the two; zero where there is no variance.</param>
public sealed record Pca(double[] Points, (double First, double Second) Shares)
{
    /// <param name="samples">[N, D], finite, N at least 2.</param>
    /// <remarks>A component's sign is the one in which its largest weight is positive, so that pictures do not flip.</remarks>
    public static Pca Of(Tensor samples)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var z = samples.to(float64);
        z = z - z.mean([0], keepdim: true);
        var (_, singular, directions) = linalg.svd(z, fullMatrices: false);               // [min(N, D)], [min(N, D), D]
        var kept = (int)Math.Min(2, directions.shape[0]);
        var plane = directions.narrow(0, 0, kept);                                        // [2, D]
        var largest = plane.gather(1, plane.abs().argmax(1, keepdim: true));              // [2, 1]
        var points = zeros(z.shape[0], 2, float64);
        points.narrow(1, 0, kept).copy_(matmul(z, (plane * largest.sign()).t()));
        var variance = singular.square().data<double>().ToArray();
        var total = variance.Sum();
        return new Pca([.. points.flatten().data<double>()], total > 0 ? (variance[0] / total, kept > 1 ? variance[1] / total : 0) : (0, 0));
    }
}
