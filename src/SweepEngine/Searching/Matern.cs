namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>How alike two points are: a Matérn kernel of smoothness 5/2, with a length of its own for every axis.</summary>
/// <param name="Variance">σ² of the function.</param>
/// <param name="Lengths">ℓ of every axis, in coordinates.</param>
/// <remarks>k = σ² (1 + √5 r + 5/3 r²) exp(−√5 r), r² = Σ (Δ/ℓ)²; Rasmussen and Williams 2006, equation 4.17.</remarks>
internal sealed record Matern(double Variance, IReadOnlyList<double> Lengths)
{
    private static readonly double Root = Math.Sqrt(5);

    public double Of(IReadOnlyList<SearchAxis> axes, double[] a, double[] b) => Of(Distance(axes, a, b));

    /// <param name="r">The distance in lengths.</param>
    public double Of(double r) => Variance * (1 + (Root * r) + (5 * r * r / 3)) * Math.Exp(-Root * r);

    /// <summary>What the derivative by the logarithm of a length is, per squared distance along that axis in its lengths.</summary>
    public double Slope(double r) => Variance * (5 / 3.0) * (1 + (Root * r)) * Math.Exp(-Root * r);

    public double Distance(IReadOnlyList<SearchAxis> axes, double[] a, double[] b)
    {
        var sum = 0.0;
        for (var d = 0; d < a.Length; d++)
        {
            var along = axes[d].Distance(a[d], b[d]) / Lengths[d];
            sum += along * along;
        }

        return Math.Sqrt(sum);
    }
}
