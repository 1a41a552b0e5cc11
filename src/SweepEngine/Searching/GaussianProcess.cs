using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>What is believed of a function of which some values are known, each with noise: a Gaussian process of mean 0.</summary>
/// <remarks>Rasmussen and Williams 2006, algorithm 2.1.</remarks>
internal sealed class GaussianProcess
{
    /// <summary>Keeps a matrix of points that hardly differ positive definite, as a share of the variance.</summary>
    private const double Jitter = 1e-8;

    private readonly IReadOnlyList<SearchAxis> axes;
    private readonly IReadOnlyList<double[]> points;
    private readonly Cholesky<double> factor;
    private readonly Vector<double> weights;

    /// <param name="points">Coordinates of the known values, at least one point.</param>
    /// <param name="noise">The variance of each value's noise.</param>
    public GaussianProcess(IReadOnlyList<SearchAxis> axes, Matern kernel, IReadOnlyList<double[]> points, IReadOnlyList<double> values, IReadOnlyList<double> noise)
    {
        (this.axes, Kernel, this.points) = (axes, kernel, points);
        var covariance = Covariance(points, points);
        for (var i = 0; i < points.Count; i++) covariance[i, i] += noise[i] + (Jitter * kernel.Variance);
        factor = covariance.Cholesky();
        var known = Vector<double>.Build.DenseOfEnumerable(values);
        weights = factor.Solve(known);
        LogLikelihood = (-0.5 * known.DotProduct(weights)) - (0.5 * factor.DeterminantLn) - (0.5 * points.Count * Math.Log(2 * Math.PI));
    }

    public Matern Kernel { get; }

    /// <summary>The logarithm of the density of the known values.</summary>
    public double LogLikelihood { get; }

    /// <summary>The mean at a point.</summary>
    public double Mean(double[] at) => points.Zip(weights, (p, weight) => Kernel.Of(axes, p, at) * weight).Sum();

    /// <summary>The means at points, and how they vary together.</summary>
    public (Vector<double> Mean, Matrix<double> Covariance) At(IReadOnlyList<double[]> at)
    {
        var cross = Covariance(points, at);                                   // [known, asked]
        var covariance = Covariance(at, at) - cross.TransposeThisAndMultiply(factor.Solve(cross));
        return (cross.TransposeThisAndMultiply(weights), covariance);
    }

    /// <summary>How the likelihood changes with the logarithms of the kernel's lengths, then of its variance, then of the noise's.</summary>
    /// <param name="noise">As it was given.</param>
    public double[] Gradient(IReadOnlyList<double> noise)
    {
        // ½ tr((α αᵀ − K⁻¹) ∂K/∂θ), equation 5.9: what is in the brackets is the same for all.
        var (count, dimensions) = (points.Count, axes.Count);
        var inverse = factor.Solve(Matrix<double>.Build.DenseIdentity(count));
        var gradient = new double[dimensions + 2];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var r = Kernel.Distance(axes, points[i], points[j]);
                var bracket = ((weights[i] * weights[j]) - inverse[i, j]) * (i == j ? 0.5 : 1);
                gradient[dimensions] += bracket * Kernel.Of(r);
                if (i == j)
                {
                    gradient[dimensions + 1] += bracket * noise[i];
                    continue;
                }

                var slope = bracket * Kernel.Slope(r);
                for (var d = 0; d < dimensions; d++)
                {
                    var along = axes[d].Distance(points[i][d], points[j][d]) / Kernel.Lengths[d];
                    gradient[d] += slope * along * along;
                }
            }
        }

        return gradient;
    }

    private Matrix<double> Covariance(IReadOnlyList<double[]> left, IReadOnlyList<double[]> right) =>
        Matrix<double>.Build.Dense(left.Count, right.Count, (i, j) => Kernel.Of(axes, left[i], right[j]));
}
