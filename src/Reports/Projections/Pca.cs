using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Projections;

/// <summary>An embedding on the plane of its first two principal components.</summary>
/// <param name="X">One number an image, as <paramref name="Y"/>; zero where there is no such component.</param>
/// <param name="Shares">The share of the variance on each of the two; zero where there is no variance.</param>
public sealed record Pca(double[] X, double[] Y, (double First, double Second) Shares)
{
    // Of more dimensions all components would take minutes, and two are asked for.
    private const int MostDimensionsAtOnce = 512;
    private const int Block = 10;
    private const int MostSteps = 60;
    private const double Settled = 1e-12;

    /// <param name="sample">Finite.</param>
    /// <remarks>A component's sign is the one in which its largest weight is positive, so that pictures do not flip.</remarks>
    public static Pca Of(VectorSample sample)
    {
        var (rows, dimension) = (sample.Rows, sample.Dimension);
        var z = Matrix<double>.Build.Dense(rows, dimension, (row, column) => sample.Values[(row * dimension) + column]);
        var means = z.ColumnSums() / Math.Max(1, rows);
        for (var row = 0; row < rows; row++) z.SetRow(row, z.Row(row) - means);

        var total = z.FrobeniusNorm() * z.FrobeniusNorm();
        var (directions, variances) = dimension <= MostDimensionsAtOnce ? All(z) : Leading(z);
        var (x, first) = Component(0);
        var (y, second) = Component(1);
        return new Pca(x, y, (first, second));

        (double[] Values, double Share) Component(int number)
        {
            if (number >= dimension || !(total > 0)) return (new double[rows], 0);

            var direction = directions.Column(number);
            var sign = Math.Sign(direction[direction.AbsoluteMaximumIndex()]);
            return ((z * direction * sign).ToArray(), Math.Max(0, variances[number]) / total);
        }
    }

    /// <param name="z">Centred, [M, D].</param>
    /// <returns>Directions as columns, [D, D], and the sums of squares along them, largest first.</returns>
    private static (Matrix<double> Directions, double[] Variances) All(Matrix<double> z) => Sorted(z.TransposeThisAndMultiply(z));

    /// <summary>By orthogonal iteration: a block of directions turns towards the largest components, the faster the more those stand out.</summary>
    /// <remarks>Golub and Van Loan, Matrix Computations, 8.2.4, with the Rayleigh–Ritz step that sorts the block.</remarks>
    /// <inheritdoc cref="All"/>
    /// <returns>The first of them, [D, block].</returns>
    private static (Matrix<double> Directions, double[] Variances) Leading(Matrix<double> z)
    {
        var random = new Random(0);
        var block = Matrix<double>.Build.Dense(z.ColumnCount, Block, (_, _) => random.NextDouble() - 0.5).QR(QRMethod.Thin).Q;
        var before = new double[Block];
        for (var step = 0; ; step++)
        {
            var along = z * block;                                          // [M, block]
            var (turn, variances) = Sorted(along.TransposeThisAndMultiply(along));
            var isSettled = Enumerable.Range(0, 2).All(i => Math.Abs(variances[i] - before[i]) <= Settled * variances[0]);
            if (isSettled || step == MostSteps) return (block * turn, variances);

            before = variances;
            block = z.TransposeThisAndMultiply(along * turn).QR(QRMethod.Thin).Q;
        }
    }

    private static (Matrix<double> Vectors, double[] Values) Sorted(Matrix<double> symmetric)
    {
        var found = symmetric.Evd(Symmetricity.Symmetric);
        var order = Enumerable.Range(0, symmetric.ColumnCount).OrderByDescending(i => found.EigenValues[i].Real).ToList();
        return (
            Matrix<double>.Build.DenseOfColumnVectors(order.Select(i => found.EigenVectors.Column(i))),
            [.. order.Select(i => found.EigenValues[i].Real)]);
    }
}
