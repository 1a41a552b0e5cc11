using MathNet.Numerics.LinearAlgebra;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Projections;

/// <summary>An embedding on the plane of its first two principal components.</summary>
/// <param name="X">One number an image, as <paramref name="Y"/>; zero where there is no such component.</param>
/// <param name="Shares">The share of the variance on each of the two; zero where there is no variance.</param>
public sealed record Pca(double[] X, double[] Y, (double First, double Second) Shares)
{
    /// <param name="sample">Finite.</param>
    /// <remarks>A component's sign is the one in which its largest weight is positive, so that pictures do not flip.</remarks>
    public static Pca Of(VectorSample sample)
    {
        var (rows, dimension) = (sample.Rows, sample.Dimension);
        var z = Matrix<double>.Build.Dense(rows, dimension, (row, column) => sample.Values[(row * dimension) + column]);
        var means = z.ColumnSums() / Math.Max(1, rows);
        for (var row = 0; row < rows; row++) z.SetRow(row, z.Row(row) - means);

        var found = z.TransposeThisAndMultiply(z).Evd(Symmetricity.Symmetric);
        var order = Enumerable.Range(0, dimension).OrderByDescending(i => found.EigenValues[i].Real).ToList();
        var total = found.EigenValues.Sum(v => Math.Max(0, v.Real));
        var (x, first) = Component(0);
        var (y, second) = Component(1);
        return new Pca(x, y, (first, second));

        (double[] Values, double Share) Component(int number)
        {
            if (number >= dimension || !(total > 0)) return (new double[rows], 0);

            var direction = found.EigenVectors.Column(order[number]);
            var sign = Math.Sign(direction[direction.AbsoluteMaximumIndex()]);
            return ((z * direction * sign).ToArray(), Math.Max(0, found.EigenValues[order[number]].Real) / total);
        }
    }
}
