namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>A Gaussian process that has been fitted to values of any scale.</summary>
/// <param name="center">What is taken from values, before they are divided by <paramref name="scale"/>.</param>
internal sealed class Belief(GaussianProcess process, double center, double scale)
{
    /// <summary>More points than this are not fitted to; the belief has them all.</summary>
    private const int MostFitted = 256;

    private const int Steps = 60;
    private const double FirstStep = 0.25;
    private const double LeastLength = 0.02, MostLength = 20, LeastNoise = 1e-5, MostNoise = 2;

    /// <summary>What lengths and noise are before anything is seen: logarithms, with their standard deviations.</summary>
    private static readonly (double Mean, double Spread) LengthPrior = (Math.Log(0.6), 1.0), VariancePrior = (0, 1), NoisePrior = (Math.Log(0.05), 1.5);

    public GaussianProcess Process => process;

    public double Mean(double[] at) => (process.Mean(at) * scale) + center;

    /// <summary>Functions that the belief holds possible, each at all of some points.</summary>
    /// <param name="normal">Gives standard normal numbers.</param>
    public IEnumerable<double[]> Draw(IReadOnlyList<double[]> at, Func<double> normal, int count)
    {
        var (mean, covariance) = process.At(at);
        var root = Root(covariance, process.Kernel.Variance);
        for (var i = 0; i < count; i++)
        {
            var drawn = root.Times([.. at.Select(_ => normal())]);
            for (var j = 0; j < drawn.Length; j++) drawn[j] = ((mean[j] + drawn[j]) * scale) + center;
            yield return drawn;
        }
    }

    /// <param name="values">At least two.</param>
    /// <param name="seeds">Of how many seeds each value is the mean: the more, the less noise.</param>
    /// <param name="variance">Of the noise of one seed, where that is known; otherwise it is fitted.</param>
    public static Belief Of(IReadOnlyList<SearchAxis> axes, IReadOnlyList<double[]> points, IReadOnlyList<double> values, IReadOnlyList<int> seeds, double? variance)
    {
        var center = values.Average();
        var scale = Math.Sqrt(values.Average(v => (v - center) * (v - center)));
        if (!(scale > 0)) scale = 1;
        var scaled = values.Select(v => (v - center) / scale).ToList();
        var known = variance / (scale * scale);
        var logs = Fitted(axes, points, scaled, seeds, known);
        var (kernel, noise) = Read(logs, axes.Count, seeds);
        return new Belief(new GaussianProcess(axes, kernel, points, scaled, noise), center, scale);
    }

    /// <summary>Goes uphill from the prior, each logarithm by steps of its own that grow while the slope keeps its sign (Rprop).</summary>
    private static double[] Fitted(
        IReadOnlyList<SearchAxis> axes, IReadOnlyList<double[]> points, List<double> values, IReadOnlyList<int> seeds, double? known)
    {
        var every = Enumerable.Range(0, Math.Min(MostFitted, points.Count)).Select(i => (int)((long)i * points.Count / Math.Min(MostFitted, points.Count))).ToList();
        var (somePoints, someValues, someSeeds) = (
            every.Select(i => points[i]).ToList(), every.Select(i => values[i]).ToList(), every.Select(i => seeds[i]).ToList());
        var count = axes.Count;
        var logs = new double[count + 2];
        Array.Fill(logs, LengthPrior.Mean, 0, count);
        logs[count + 1] = Math.Log(Math.Clamp(known ?? Math.Exp(NoisePrior.Mean), LeastNoise, MostNoise));
        var (steps, before) = (new double[logs.Length], new double[logs.Length]);
        Array.Fill(steps, FirstStep);
        for (var round = 0; round < Steps && steps.Max() > 1e-3; round++)
        {
            var (kernel, noise) = Read(logs, count, someSeeds);
            var slope = new GaussianProcess(axes, kernel, somePoints, someValues, noise).Gradient(noise);
            for (var i = 0; i < logs.Length; i++)
            {
                if (i == count + 1 && known is not null)
                {
                    steps[i] = 0;
                    continue;
                }

                var (mean, spread) = i < count ? LengthPrior : i == count ? VariancePrior : NoisePrior;
                slope[i] -= (logs[i] - mean) / (spread * spread);
                var turned = slope[i] * before[i] < 0;
                steps[i] = turned ? steps[i] * 0.5 : Math.Min(steps[i] * 1.2, 1);
                if (!turned) logs[i] += steps[i] * Math.Sign(slope[i]);
                before[i] = turned ? 0 : slope[i];
            }

            for (var i = 0; i < count; i++) logs[i] = Math.Clamp(logs[i], Math.Log(LeastLength), Math.Log(MostLength));
            logs[count + 1] = Math.Clamp(logs[count + 1], Math.Log(LeastNoise), Math.Log(MostNoise));
        }

        return logs;
    }

    private static (Matern Kernel, IReadOnlyList<double> Noise) Read(double[] logs, int dimensions, IReadOnlyList<int> seeds) => (
        new Matern(Math.Exp(logs[dimensions]), [.. logs.Take(dimensions).Select(Math.Exp)]),
        [.. seeds.Select(n => Math.Exp(logs[dimensions + 1]) / n)]);

    private static LowerFactor Root(double[][] covariance, double variance)
    {
        // Rounding may have made it less than positive definite.
        for (var jitter = 1e-8; ; jitter *= 10)
        {
            foreach (var row in covariance) row[^1] += jitter * variance;
            if (LowerFactor.Of(covariance) is { } root) return root;
        }
    }
}
