using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>Exact t-SNE to the plane: every pair of samples is looked at, so it is for a few hundred to a few thousand.</summary>
/// <param name="Points">[N, 2] row by row; all zero where the samples are all the same.</param>
/// <param name="Perplexity">The one that was used, at most a third of the other samples.</param>
/// <param name="Divergence">KL(P ‖ Q) at the end, in nats; null where the samples are all the same.</param>
/// <remarks>
/// Van der Maaten and Hinton 2008, with what scikit-learn 1.2 takes by default: start at the first two principal components,
/// exaggeration 12 for the first 250 of 1,000 steps, momentum 0.5 then 0.8, gains, a rate of max(N / 48, 50).
/// </remarks>
public sealed record TSne(double[] Points, double Perplexity, double? Divergence)
{
    public const double DefaultPerplexity = 30;

    private const int Steps = 1_000;
    private const int ExaggeratedSteps = 250;
    private const double Exaggeration = 12;
    private const double StartDeviation = 1e-4;
    private const double LeastProbability = 1e-12;
    private const double LeastGain = 0.01;
    private const double LeastGradientNorm = 1e-7;
    private const int BisectionSteps = 64;

    /// <param name="samples">[N, D], finite, N at least 4.</param>
    /// <param name="perplexity">The effective number of neighbours, at least 1.</param>
    public static TSne Of(Tensor samples, double perplexity = DefaultPerplexity)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var count = (int)samples.shape[0];
        perplexity = Math.Max(1, Math.Min(perplexity, (count - 1) / 3.0));
        var z = samples.to(float64);
        var distances = SquareDistances(z - z.mean([0], keepdim: true));                  // [N, N]
        var scale = distances.mean().item<double>();
        if (!(scale > 0))
            return new TSne(new double[2 * count], perplexity, null);

        var p = Joint(Conditional(distances / scale, Math.Log(perplexity)));              // [N, N]
        var (y, divergence) = Descend(p, Start(z));
        return new TSne([.. y.flatten().data<double>()], perplexity, divergence);
    }

    /// <summary>Of each row, the probabilities whose entropy is the perplexity's: bisection on the precision, all rows at once.</summary>
    /// <param name="distances">Squared, [N, N], of mean 1.</param>
    /// <param name="entropy">ln of the perplexity.</param>
    private static Tensor Conditional(Tensor distances, double entropy)
    {
        var count = distances.shape[0];
        var self = eye(count, dtype: ScalarType.Bool);
        // Taking the nearest neighbour's distance off first keeps exp() from running out.
        var nearest = distances.masked_fill(self, double.PositiveInfinity).amin([1], keepdim: true);
        var excess = (distances - nearest).masked_fill(self, double.PositiveInfinity);
        var finite = excess.masked_fill(self, 0);
        var (low, high) = (full(new[] { count, 1L }, -60.0, float64), full(new[] { count, 1L }, 60.0, float64));    // ln of the precision
        for (var step = 0; step < BisectionSteps; step++)
        {
            using var inner = NewDisposeScope();
            var middle = (low + high) / 2;
            var (weights, precision) = (Weights(excess, middle), middle.exp());
            var sum = weights.sum(1, keepdim: true);
            var entropyNow = sum.log() + (precision * (weights * finite).sum(1, keepdim: true) / sum);
            var isTooWide = entropyNow > entropy;
            low.copy_(where(isTooWide, middle, low));
            high.copy_(where(isTooWide, high, middle));
        }

        var found = Weights(excess, (low + high) / 2);
        return found / found.sum(1, keepdim: true);

        static Tensor Weights(Tensor excess, Tensor logPrecision) => (-excess * logPrecision.exp()).exp();
    }

    private static Tensor Joint(Tensor conditional) =>
        ((conditional + conditional.t()) / (2 * conditional.shape[0])).clamp_min(LeastProbability);

    private static Tensor Start(Tensor samples)
    {
        var plane = Pca.Of(samples).Points;                                               // row by row
        var y = tensor(plane).view(-1, 2);
        var deviation = y.select(1, 0).std(unbiased: false).item<double>();
        return y * (StartDeviation / deviation);
    }

    /// <returns>The points, [N, 2], and KL(P ‖ Q).</returns>
    private static (Tensor Points, double Divergence) Descend(Tensor p, Tensor start)
    {
        var count = p.shape[0];
        var rate = Math.Max(count / Exaggeration / 4, 50);
        var (y, update, gains) = (start.clone(), zeros_like(start), ones_like(start));
        var (kernel, force) = (empty_like(p), empty_like(p));                             // one for all steps, [N, N]
        var pull = p * Exaggeration;
        for (var step = 0; step < Steps; step++)
        {
            using var inner = NewDisposeScope();
            if (step == ExaggeratedSteps)
                pull.copy_(p);
            var sum = Kernel(y, kernel);
            force.copy_(kernel).mul_(-1 / sum).clamp_max_(-LeastProbability).add_(pull).mul_(kernel);  // (p − q) / (1 + d²)
            var gradient = ((force.sum(1, keepdim: true) * y) - matmul(force, y)) * 4;
            var sameWay = (gradient * update).lt(0);
            gains.copy_(where(sameWay, gains + 0.2, gains * 0.8)).clamp_min_(LeastGain);
            update.mul_(step < ExaggeratedSteps ? 0.5 : 0.8).sub_(gains * gradient * rate);
            y.add_(update);
            if (step > ExaggeratedSteps && step % 50 == 0 && gradient.norm().item<double>() < LeastGradientNorm)
                break;
        }

        var q = (kernel / Kernel(y, kernel)).clamp_min(LeastProbability);
        return (y - y.mean([0], keepdim: true), (p * (p / q).log()).sum().item<double>());
    }

    /// <summary>Student's kernel of every pair, 1 / (1 + d²), zero for a sample and itself.</summary>
    /// <returns>Its sum.</returns>
    private static double Kernel(Tensor y, Tensor kernel)
    {
        var norm = y.square().sum(1, keepdim: true);                                      // [N, 1]
        kernel.copy_(norm.t()).add_(norm).addmm_(y, y.t(), beta: 1, alpha: -2).clamp_min_(0).add_(1).reciprocal_();
        kernel.diagonal(0, 0, 1).zero_();
        return kernel.sum().item<double>();
    }

    private static Tensor SquareDistances(Tensor z)
    {
        var norm = z.square().sum(1, keepdim: true);
        return (norm + norm.t() - (2 * matmul(z, z.t()))).clamp_min(0);
    }
}
