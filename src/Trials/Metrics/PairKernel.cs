using System.Numerics;
using System.Runtime.InteropServices;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>The Gaussian potential of pairs of samples, summed on the processor in one pass over a piece of their products.</summary>
internal static class PairKernel
{
    // Below this magnitude four terms of the series give every digit of exp(x) − 1, and exp(x) itself would lose them.
    private const double Small = 1e-3;

    /// <summary>Σ_j exp(−2 ‖u_i − u_j‖²) − 1.</summary>
    /// <param name="products">u_i · u_j.</param>
    /// <param name="squareNorm">‖u_i‖².</param>
    /// <param name="squareNorms">‖u_j‖², as many as products.</param>
    public static double Sum(ReadOnlySpan<double> products, double squareNorm, ReadOnlySpan<double> squareNorms)
    {
        var several = MemoryMarshal.Cast<double, Vector<double>>(products);
        var norms = MemoryMarshal.Cast<double, Vector<double>>(squareNorms);
        var sum = Vector<double>.Zero;
        for (var v = 0; v < several.Length; v++)
        {
            sum += Term(several[v], new Vector<double>(squareNorm) + norms[v]);
        }

        var rest = 0.0;
        for (var i = several.Length * Vector<double>.Count; i < products.Length; i++)
        {
            rest += Term(new Vector<double>(products[i]), new Vector<double>(squareNorm + squareNorms[i]))[0];
        }

        return Vector.Sum(sum) + rest;
    }

    /// <param name="norms">‖u_i‖² + ‖u_j‖².</param>
    private static Vector<double> Term(Vector<double> product, Vector<double> norms) =>
        ExpMinus1(Vector.Max(Vector<double>.Zero, norms - (product * 2)) * -2);

    private static Vector<double> ExpMinus1(Vector<double> x)
    {
        var series = x * (Vector<double>.One + (x * (new Vector<double>(1 / 2.0) + (x * (new Vector<double>(1 / 6.0) + (x * new Vector<double>(1 / 24.0)))))));
        return Vector.ConditionalSelect(
            Vector.LessThan(Vector.Abs(x), new Vector<double>(Small)), series, Vector.Exp(x) - Vector<double>.One);
    }
}
