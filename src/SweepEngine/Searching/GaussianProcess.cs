namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>What is believed of a function of which some values are known, each with noise: a Gaussian process of mean 0.</summary>
/// <remarks>Rasmussen and Williams 2006, algorithm 2.1.</remarks>
internal sealed class GaussianProcess
{
    /// <summary>Keeps a matrix of points that hardly differ positive definite, as a share of the variance.</summary>
    private const double Jitter = 1e-8;

    private readonly IReadOnlyList<SearchAxis> axes;
    private readonly IReadOnlyList<double[]> points;
    private readonly LowerFactor factor;
    private readonly double[] weights;

    /// <param name="points">Coordinates of the known values, at least one point.</param>
    /// <param name="noise">The variance of each value's noise.</param>
    public GaussianProcess(IReadOnlyList<SearchAxis> axes, Matern kernel, IReadOnlyList<double[]> points, IReadOnlyList<double> values, IReadOnlyList<double> noise)
    {
        (this.axes, Kernel, this.points) = (axes, kernel, points);
        var covariance = Covariance(points);
        for (var i = 0; i < points.Count; i++) covariance[i][i] += noise[i] + (Jitter * kernel.Variance);
        factor = LowerFactor.Of(covariance) ?? throw new ArgumentException("The noise is too small for points that lie so close together.", nameof(noise));
        weights = factor.Solve([.. values]);
        LogLikelihood = (-0.5 * LowerFactor.Dot(weights, [.. values])) - (0.5 * factor.LogDeterminant) - (0.5 * points.Count * Math.Log(2 * Math.PI));
    }

    public Matern Kernel { get; }

    /// <summary>The logarithm of the density of the known values.</summary>
    public double LogLikelihood { get; }

    /// <summary>The mean at a point.</summary>
    public double Mean(double[] at) => LowerFactor.Dot(Beside(at), weights);

    /// <summary>The means at points, and how they vary together: the lower triangle of their covariance.</summary>
    public (double[] Mean, double[][] Covariance) At(IReadOnlyList<double[]> at)
    {
        var (means, known) = (new double[at.Count], new double[at.Count][]);
        var covariance = Covariance(at);
        for (var i = 0; i < at.Count; i++)
        {
            var beside = Beside(at[i]);
            means[i] = LowerFactor.Dot(beside, weights);
            known[i] = factor.Forward(beside);
            for (var j = 0; j <= i; j++) covariance[i][j] -= LowerFactor.Dot(known[i], known[j]);
        }

        return (means, covariance);
    }

    /// <summary>How the likelihood changes with the logarithms of the kernel's lengths, then of its variance, then of the noise's.</summary>
    /// <param name="noise">As it was given.</param>
    public double[] Gradient(IReadOnlyList<double> noise)
    {
        // ½ tr((α αᵀ − K⁻¹) ∂K/∂θ), equation 5.9: what is in the brackets is the same for all.
        var (count, dimensions) = (points.Count, axes.Count);
        var inverse = factor.Inverse();
        var gradient = new double[dimensions + 2];
        Span<double> along = stackalloc double[dimensions];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var squared = 0.0;
                for (var d = 0; d < dimensions; d++)
                {
                    var distance = axes[d].Distance(points[i][d], points[j][d]) / Kernel.Lengths[d];
                    squared += along[d] = distance * distance;
                }

                var r = Math.Sqrt(squared);
                var bracket = (weights[i] * weights[j]) - inverse[i][j];
                gradient[dimensions] += bracket * Kernel.Of(r);
                var slope = bracket * Kernel.Slope(r);
                for (var d = 0; d < dimensions; d++) gradient[d] += slope * along[d];
            }

            var own = 0.5 * ((weights[i] * weights[i]) - inverse[i][i]);
            gradient[dimensions] += own * Kernel.Variance;
            gradient[dimensions + 1] += own * noise[i];
        }

        return gradient;
    }

    /// <summary>The covariances of a point with the known ones.</summary>
    private double[] Beside(double[] at)
    {
        var beside = new double[points.Count];
        for (var i = 0; i < beside.Length; i++) beside[i] = Kernel.Of(axes, points[i], at);
        return beside;
    }

    private double[][] Covariance(IReadOnlyList<double[]> of)
    {
        var covariance = new double[of.Count][];
        for (var i = 0; i < covariance.Length; i++)
        {
            covariance[i] = new double[i + 1];
            for (var j = 0; j <= i; j++) covariance[i][j] = Kernel.Of(axes, of[i], of[j]);
        }

        return covariance;
    }
}
