using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Stacks.Processor;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>
/// Sums over all pairs of a sample's dimensions, for a sample of many more dimensions than rows: their products are made piece by
/// piece and never stand in memory together.
/// </summary>
/// <remarks>Letters: M rows, D dimensions.</remarks>
internal static class ProductsOfPairs
{
    // A piece of so many products, 2 MB, stays in the cache of a core.
    private const int Rows = 64;
    private const int Columns = 4096;

    /// <summary>Σ (c_i · c_j)² and Σ |c_i · c_j| over i &lt; j, where c_i is column i.</summary>
    /// <param name="sample">[M, D] in double precision, on any device.</param>
    public static (double Squares, double Magnitudes) Sum(Tensor sample)
    {
        using var scope = NewDisposeScope();
        var columns = sample.t().cpu().contiguous();                                      // [D, M]
        var dimension = (int)columns.shape[0];
        var sums = new (double Squares, double Magnitudes)[(dimension + Rows - 1) / Rows];
        Cores.Share(sums.Length, get_num_threads(), (_, piece) => sums[piece] = SumOf(columns, piece * Rows, dimension));
        return (sums.Sum(s => s.Squares), sums.Sum(s => s.Magnitudes));                   // In their order, whatever the cores.
    }

    /// <summary>The part of the pairs whose i is one of <see cref="Rows"/> from <paramref name="start"/> on.</summary>
    private static (double Squares, double Magnitudes) SumOf(Tensor columns, int start, int dimension)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = columns.narrow(0, start, Math.Min(Rows, dimension - start));           // [m, M]
        var count = (int)rows.shape[0];
        var buffer = empty([count * Columns], float64);
        var (squares, magnitudes) = (0.0, 0.0);
        for (var first = start; first < dimension; first += Columns)
        {
            using var piece = NewDisposeScope();
            var width = Math.Min(Columns, dimension - first);
            var products = buffer.narrow(0, 0, count * width).view(count, width);
            products.addmm_(rows, columns.narrow(0, first, width).t(), beta: 0, alpha: 1);
            using var values = Matrix<double>.Over(products);
            for (var i = 0; i < count; i++)
            {
                var later = values[i][Math.Clamp(start + i + 1 - first, 0, width)..];
                squares += TensorPrimitives.SumOfSquares<double>(later);
                magnitudes += TensorPrimitives.SumOfMagnitudes<double>(later);
            }
        }

        return (squares, magnitudes);
    }
}
