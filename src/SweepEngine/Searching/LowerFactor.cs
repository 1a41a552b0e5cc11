using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>
/// The lower triangular L with L·Lᵀ = a symmetric matrix (Cholesky). Symmetric matrices are their lower triangles: row i has i + 1 numbers.
/// </summary>
/// <remarks>
/// Sums run four at a time on every processor, so that all have the same bits: a search that goes on elsewhere chooses the same points. Rows
/// are gone along, never columns.
/// </remarks>
internal sealed class LowerFactor
{
    private readonly double[][] rows;

    private LowerFactor(double[][] rows) => this.rows = rows;

    public int Count => rows.Length;

    /// <summary>The logarithm of the matrix's determinant.</summary>
    public double LogDeterminant => 2 * rows.Sum(row => Math.Log(row[^1]));

    /// <param name="matrix">Is left as it is.</param>
    /// <returns>Null where it is not positive definite.</returns>
    public static LowerFactor? Of(double[][] matrix)
    {
        var rows = new double[matrix.Length][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new double[i + 1];
            for (var j = 0; j <= i; j++)
            {
                var rest = matrix[i][j] - Dot(rows[i].AsSpan(0, j), rows[j]);
                if (i == j && !(rest > 0)) return null;

                rows[i][j] = i == j ? Math.Sqrt(rest) : rest / rows[j][j];
            }
        }

        return new LowerFactor(rows);
    }

    /// <summary>L⁻¹ times a vector.</summary>
    public double[] Forward(ReadOnlySpan<double> of)
    {
        var x = new double[Count];
        for (var i = 0; i < x.Length; i++) x[i] = (of[i] - Dot(rows[i].AsSpan(0, i), x)) / rows[i][i];
        return x;
    }

    /// <summary>The inverse of the matrix times a vector.</summary>
    public double[] Solve(ReadOnlySpan<double> of)
    {
        var x = Forward(of);
        for (var i = x.Length - 1; i >= 0; i--)
        {
            x[i] /= rows[i][i];
            Add(x.AsSpan(0, i), -x[i], rows[i]);
        }

        return x;
    }

    /// <summary>L times a vector.</summary>
    public double[] Times(ReadOnlySpan<double> of)
    {
        var product = new double[Count];
        for (var i = 0; i < product.Length; i++) product[i] = Dot(rows[i], of);
        return product;
    }

    /// <summary>The inverse of the matrix.</summary>
    public double[][] Inverse()
    {
        // First that of L, row by row; then its transpose times itself.
        var inverse = new double[Count][];
        var product = new double[Count][];
        for (var i = 0; i < Count; i++)
        {
            var row = inverse[i] = new double[i + 1];
            for (var k = 0; k < i; k++) Add(row.AsSpan(0, k + 1), -rows[i][k] / rows[i][i], inverse[k]);
            row[i] = 1 / rows[i][i];
            product[i] = new double[i + 1];
            for (var k = 0; k <= i; k++) Add(product[k], row[k], row);
        }

        return product;
    }

    /// <summary>The sum of products of two vectors, as long as the first.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        var sum = Vector256<double>.Zero;
        var fours = MemoryMarshal.Cast<double, Vector256<double>>(a);
        var others = MemoryMarshal.Cast<double, Vector256<double>>(b);
        for (var i = 0; i < fours.Length; i++) sum += fours[i] * others[i];
        var total = Vector256.Sum(sum);
        for (var i = 4 * fours.Length; i < a.Length; i++) total += a[i] * b[i];
        return total;
    }

    /// <summary>Adds a multiple of a vector to another, as long as the other.</summary>
    private static void Add(Span<double> to, double times, ReadOnlySpan<double> of)
    {
        of = of[..to.Length];
        var fours = MemoryMarshal.Cast<double, Vector256<double>>(to);
        var others = MemoryMarshal.Cast<double, Vector256<double>>(of);
        var factor = Vector256.Create(times);
        for (var i = 0; i < fours.Length; i++) fours[i] += factor * others[i];
        for (var i = 4 * fours.Length; i < to.Length; i++) to[i] += times * of[i];
    }
}
