using System.Numerics;
using System.Runtime.InteropServices;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Projections;

/// <summary>Exact t-SNE to the plane: every pair of images is looked at, so it is for a few hundred to a few thousand.</summary>
/// <param name="X">One number an image, as <paramref name="Y"/>; all zero where the images are all the same.</param>
/// <param name="Perplexity">The one that was used, at most a third of the other images.</param>
/// <param name="Divergence">KL(P ‖ Q) at the end, in nats; null where the images are all the same.</param>
/// <remarks>
/// Van der Maaten and Hinton 2008, with what scikit-learn 1.2 takes by default: start at the first two principal components,
/// exaggeration 12 for the first 250 of 1,000 steps, momentum 0.5 then 0.8, gains, a rate of max(N / 48, 50). A step goes
/// through the pairs once, eight or so at a time, and keeps nothing of them.
/// </remarks>
public sealed record TSne(double[] X, double[] Y, double Perplexity, double? Divergence)
{
    public const double DefaultPerplexity = 30;

    private const int Steps = 1_000;
    private const int ExaggeratedSteps = 250;
    private const float Exaggeration = 12;
    private const double StartDeviation = 1e-4;
    private const float LeastGain = 0.01f;
    private const double LeastGradientNorm = 1e-7;

    /// <param name="sample">Finite.</param>
    /// <param name="perplexity">The effective number of neighbours, at least 1.</param>
    public static TSne Of(VectorSample sample, double perplexity = DefaultPerplexity)
    {
        var count = sample.Rows;
        perplexity = Math.Max(1, Math.Min(perplexity, (count - 1) / 3.0));
        var distances = SquareDistances(sample);
        var scale = distances.Length == 0 ? 0 : distances.Average();
        var start = Pca.Of(sample);
        if (!(scale > 0) || start.Shares.First == 0) return new TSne(new double[count], new double[count], perplexity, null);

        for (var i = 0; i < distances.Length; i++) distances[i] /= scale;
        var (x, y, divergence) = Descend(new Neighbourhood(distances, count, perplexity), start);
        return new TSne(x, y, perplexity, divergence);
    }

    private static double[] SquareDistances(VectorSample sample)
    {
        var (count, dimension) = (sample.Rows, sample.Dimension);
        var distances = new double[count * count];
        for (var i = 0; i < count; i++)
        {
            var a = sample.Values.AsSpan(i * dimension, dimension);
            for (var j = 0; j < i; j++)
            {
                var b = sample.Values.AsSpan(j * dimension, dimension);
                var sum = 0.0;
                for (var d = 0; d < dimension; d++)
                {
                    var difference = (double)a[d] - b[d];
                    sum += difference * difference;
                }

                distances[(i * count) + j] = distances[(j * count) + i] = sum;
            }
        }

        return distances;
    }

    private static (double[] X, double[] Y, double Divergence) Descend(Neighbourhood p, Pca start)
    {
        var count = p.Count;
        var (x, y) = (Place(start.X), Place(start.Y));
        var deviation = Math.Sqrt(start.X.Sum(v => v * v) / count);
        for (var i = 0; i < count; i++)
        {
            x[i] *= (float)(StartDeviation / deviation);
            y[i] *= (float)(StartDeviation / deviation);
        }

        var rate = Math.Max(count / Exaggeration / 4, 50);
        var (moveX, moveY, gainX, gainY) = (new float[count], new float[count], Ones(), Ones());
        var (pullX, pullY, pushX, pushY) = (new float[count], new float[count], new float[count], new float[count]);
        for (var step = 0; step < Steps; step++)
        {
            var sum = Forces(p, x, y, pullX, pullY, pushX, pushY);
            var (exaggeration, momentum) = step < ExaggeratedSteps ? (Exaggeration, 0.5f) : (1, 0.8f);
            var norm = 0.0;
            for (var i = 0; i < count; i++)
            {
                var (gx, gy) = (4 * ((exaggeration * pullX[i]) - (pushX[i] / sum)), 4 * ((exaggeration * pullY[i]) - (pushY[i] / sum)));
                Move(ref x[i], ref moveX[i], ref gainX[i], gx, momentum);
                Move(ref y[i], ref moveY[i], ref gainY[i], gy, momentum);
                norm += (gx * gx) + (gy * gy);
            }

            if (step > ExaggeratedSteps && Math.Sqrt(norm) < LeastGradientNorm) break;
        }

        return (Centred(x), Centred(y), p.Divergence(x, y));

        float[] Ones()
        {
            var ones = new float[count];
            Array.Fill(ones, 1);
            return ones;
        }

        // The places beyond the last image are so far away that they push nobody.
        float[] Place(double[] values)
        {
            var place = new float[p.Stride];
            Array.Fill(place, 1e15f);
            for (var i = 0; i < count; i++) place[i] = (float)values[i];
            return place;
        }

        void Move(ref float place, ref float move, ref float gain, float gradient, float momentum)
        {
            gain = Math.Max(LeastGain, gradient * move < 0 ? gain + 0.2f : gain * 0.8f);
            move = (momentum * move) - (rate * gain * gradient);
            place += move;
        }

        double[] Centred(float[] values)
        {
            var mean = values.Take(count).Average(v => (double)v);
            return [.. values.Take(count).Select(v => v - mean)];
        }
    }

    /// <summary>What pulls each image to its neighbours, Σ p k (y_i − y_j), and what pushes it from all, Σ k² (y_i − y_j).</summary>
    /// <returns>Σ k over all pairs, k being Student's kernel 1 / (1 + d²).</returns>
    private static float Forces(Neighbourhood p, float[] x, float[] y, float[] pullX, float[] pullY, float[] pushX, float[] pushY)
    {
        var xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        var ys = MemoryMarshal.Cast<float, Vector<float>>(y);
        var total = 0.0;
        for (var i = 0; i < p.Count; i++)
        {
            total += Forces(p.Row(i), xs, ys, x[i], y[i], out pullX[i], out pullY[i], out pushX[i], out pushY[i]) - 1;    // not with itself
        }

        return (float)total;
    }

    /// <summary>The forces on one image.</summary>
    /// <remarks>The whole time goes here.</remarks>
    private static float Forces(
        ReadOnlySpan<Vector<float>> p, ReadOnlySpan<Vector<float>> xs, ReadOnlySpan<Vector<float>> ys, float x, float y,
        out float pullX, out float pullY, out float pushX, out float pushY)
    {
        var (xi, yi, one) = (new Vector<float>(x), new Vector<float>(y), Vector<float>.One);
        var (pulledX, pulledY, pushedX, pushedY, kernels) =
            (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (var j = 0; j < xs.Length; j++)
        {
            var (dx, dy) = (xi - xs[j], yi - ys[j]);
            var kernel = one / Vector.MultiplyAddEstimate(dx, dx, Vector.MultiplyAddEstimate(dy, dy, one));
            var (pull, push) = (p[j] * kernel, kernel * kernel);
            pulledX = Vector.MultiplyAddEstimate(pull, dx, pulledX);
            pulledY = Vector.MultiplyAddEstimate(pull, dy, pulledY);
            pushedX = Vector.MultiplyAddEstimate(push, dx, pushedX);
            pushedY = Vector.MultiplyAddEstimate(push, dy, pushedY);
            kernels += kernel;
        }

        (pullX, pullY, pushX, pushY) = (Vector.Sum(pulledX), Vector.Sum(pulledY), Vector.Sum(pushedX), Vector.Sum(pushedY));
        return Vector.Sum(kernels);
    }
}
