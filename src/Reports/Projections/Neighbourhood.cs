using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace VicRegSweeps.Reports.Projections;

/// <summary>t-SNE's joint probabilities of a sample: who is a neighbour of whom.</summary>
internal sealed class Neighbourhood
{
    private const double LeastProbability = 1e-12;
    private const double Tolerance = 1e-7;
    private const int SearchSteps = 100;
    private const double LongestMove = 2;

    private readonly float[] joint;

    /// <param name="distances">Squared, [N, N] row by row, of mean 1 or so.</param>
    /// <param name="perplexity">exp of the entropy that every row's probabilities get.</param>
    public Neighbourhood(double[] distances, int count, double perplexity)
    {
        Count = count;
        Stride = (count + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        var conditional = new double[count * count];
        for (var i = 0; i < count; i++) Conditional(distances.AsSpan(i * count, count), i, Math.Log(perplexity), conditional.AsSpan(i * count, count));

        joint = new float[count * Stride];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                if (i != j) joint[(i * Stride) + j] = (float)Math.Max(LeastProbability,
                    (conditional[(i * count) + j] + conditional[(j * count) + i]) / (2 * count));
            }
        }
    }

    /// <summary>N.</summary>
    public int Count { get; }

    /// <summary>N rounded up to whole vectors; what is beyond N is zero.</summary>
    public int Stride { get; }

    /// <summary>One image's probabilities with all others, zero with itself.</summary>
    public ReadOnlySpan<Vector<float>> Row(int image) => MemoryMarshal.Cast<float, Vector<float>>(joint.AsSpan(image * Stride, Stride));

    /// <summary>KL(P ‖ Q) of places in the plane, in nats.</summary>
    public double Divergence(float[] x, float[] y)
    {
        var (kernels, sum) = (new double[Count * Count], 0.0);
        for (var i = 0; i < Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (dx, dy) = ((double)x[i] - x[j], (double)y[i] - y[j]);
                kernels[(i * Count) + j] = 1 / (1 + (dx * dx) + (dy * dy));
                sum += 2 * kernels[(i * Count) + j];
            }
        }

        var divergence = 0.0;
        for (var i = 0; i < Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                double p = joint[(i * Stride) + j];
                divergence += 2 * p * Math.Log(p / Math.Max(LeastProbability, kernels[(i * Count) + j] / sum));
            }
        }

        return divergence;
    }

    /// <summary>
    /// Gaussian probabilities of one image's neighbours, with the precision that gives them the entropy: by Newton's method on
    /// the logarithm of the precision, and by bisection where that would leave what is known to hold it.
    /// </summary>
    private static void Conditional(ReadOnlySpan<double> distances, int self, double entropy, Span<double> probabilities)
    {
        // Taking the nearest one's distance off first keeps exp() from running out.
        Span<double> excess = new double[distances.Length];
        var nearest = double.MaxValue;
        for (var j = 0; j < distances.Length; j++)
        {
            if (j != self) nearest = Math.Min(nearest, distances[j]);
        }

        TensorPrimitives.Subtract(distances, nearest, excess);
        excess[self] = double.PositiveInfinity;    // no neighbour of its own
        var (precision, low, high) = (1.0, 0.0, double.PositiveInfinity);
        for (var step = 0; step < SearchSteps; step++)
        {
            TensorPrimitives.Multiply(excess, -precision, probabilities);
            TensorPrimitives.Exp(probabilities, probabilities);
            var (sum, first, second) = Moments(probabilities, excess, self);
            TensorPrimitives.Divide(probabilities, sum, probabilities);
            var difference = Math.Log(sum) + (precision * first) - entropy;
            if (Math.Abs(difference) < Tolerance) return;

            if (difference > 0) low = precision;
            else high = precision;

            // The entropy falls by precision² Var(excess) for each unit of log precision. A long step leaves what is known here.
            var move = difference / (precision * precision * (second - (first * first)));
            var next = precision * Math.Exp(Math.Clamp(move, -LongestMove, LongestMove));
            precision = next > low && next < high ? next : double.IsInfinity(high) ? low * 2 : (low + high) / 2;
        }
    }

    /// <summary>The sum of the weights, and the weighted means of the excess and of its square.</summary>
    private static (double Sum, double First, double Second) Moments(ReadOnlySpan<double> weights, ReadOnlySpan<double> excess, int self)
    {
        var (sum, first, second) = (0.0, 0.0, 0.0);
        for (var j = 0; j < weights.Length; j++)
        {
            if (j == self) continue;

            var moment = weights[j] * excess[j];
            sum += weights[j];
            first += moment;
            second += moment * excess[j];
        }

        return (sum, first / sum, second / sum);
    }
}
