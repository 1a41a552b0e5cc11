using TorchSharp;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Stacks.Processor;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>The collapse metrics of one sample of one space.</summary>
/// <param name="Values">By name, in the order of <see cref="PanelMetrics.All"/>; null where undefined.</param>
/// <param name="Spectrum">σᶜ, largest first; empty where undefined.</param>
/// <param name="Spread">sqrt(Σλ), the standard deviation of the whole cloud; null where the sample is not finite.</param>
public sealed record Panel(IReadOnlyList<KeyValuePair<string, double?>> Values, IReadOnlyList<double> Spectrum, double? Spread)
{
    private const double DeadStd = 0.01;
    private const double LiveStd = 1e-6;
    private const double RankMeConstant = 1e-7;
    private const double TinyNorm = 1e-12;

    private const double MachineEpsilon = 2.220446049250313e-16;

    // Distances of this many pairs are held at a time, of many trials, since each call costs its launch.
    private const long PairsOnGpu = 1 << 25;

    // On a processor: so many rows of products stay in the cache.
    private const int PairRows = 64;

    // Below this relative spread, what is left after centring in double precision is rounding, and has no spectrum.
    private const double RoundingSpread = 1e-13;

    public double? this[string metric] => Values.First(v => v.Key == metric).Value;

    /// <summary>The panel of every trial's sample, in double precision, whatever the type it comes in.</summary>
    /// <param name="sample">Z, [K, M, D] with at least two samples; a trial whose sample is not finite gets nulls throughout.</param>
    /// <param name="views">Two views of the same images, [K, M′, D] each; null leaves the alignment undefined.</param>
    /// <param name="knnTop1">From <see cref="NearestNeighbours"/>, one per trial; null without labels.</param>
    /// <param name="probeTop1">From <see cref="RidgeProbe"/>, one per trial; null without labels.</param>
    /// <param name="chance">Share of the most frequent class among the samples; null without labels.</param>
    public static IReadOnlyList<Panel> Of(
        Tensor sample,
        (Tensor View1, Tensor View2)? views = null,
        double[]? knnTop1 = null,
        double[]? probeTop1 = null,
        double? chance = null)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (trials, samples, dimension) = ((int)sample.shape[0], sample.shape[1], sample.shape[2]);

        var z = sample.to(float64);
        var finite = z.isfinite().all(2).all(1);                                          // [K]
        z = z.nan_to_num(0, 0, 0).mul(finite.to(float64).view(-1, 1, 1));                 // LAPACK refuses NaN

        var centred = z - z.mean([1], keepdim: true);                                     // [K, M, D]
        var std = centred.Square().sum(1).Div(samples - 1).sqrt();                       // [K, D]
        var totalVariance = std.Square().sum(1);                                          // [K], Σλ
        var meanSquareNorm = z.Square().sum([1, 2]).Div(samples);                            // [K]
        var relativeSpread = (totalVariance / meanSquareNorm).sqrt();
        var spread = relativeSpread.Gt(RoundingSpread).to(float64);                       // NaN counts as none
        var singular = SingularValues.Of(centred * spread.view(-1, 1, 1));                   // [K, min(M, D)], σᶜ
        var eigen = singular.Square().Div(samples - 1);                                    // λ
        var normalised = Normalise(z);

        var columns = new Dictionary<string, double[]>
        {
            [PanelMetrics.StdMean] = Read(std.mean([1])),
            [PanelMetrics.StdMin] = Read(std.amin([1])),
            [PanelMetrics.StdMedian] = Read(std.quantile(tensor(0.5, float64, z.device), 1)),
            [PanelMetrics.DeadDims] = Read(std.Lt(DeadStd).to(float64).sum(1)),
            [PanelMetrics.RelativeSpread] = Read(relativeSpread),
            [PanelMetrics.StdL2] = Read(normalised.std(1, unbiased: true).mean([1])),
            [PanelMetrics.RankMe] = Read(ExpEntropy(SingularValues.Of(z), RankMeConstant)),
            [PanelMetrics.EffectiveRank] = Read(ExpEntropy(singular, 0)),
            [PanelMetrics.ParticipationRatio] = Read(eigen.sum(1).Square() / eigen.Square().sum(1)),
            [PanelMetrics.StableRank] = Read(eigen.sum(1) / eigen.select(1, 0)),
            [PanelMetrics.ConditionNumber] = Read(Condition(singular, samples, dimension)),
            [PanelMetrics.Uniformity] = Uniformity(normalised),
        };
        (columns[PanelMetrics.OffDiagonalCorrelationRms], columns[PanelMetrics.OffDiagonalCorrelationMeanAbs]) = OffDiagonalCorrelation(centred, std);
        if (views is var (view1, view2))
        {
            columns[PanelMetrics.Alignment] = Alignment(view1, view2);
        }

        if (knnTop1 is not null && probeTop1 is not null)
        {
            columns[PanelMetrics.KnnTop1] = knnTop1;
            columns[PanelMetrics.ProbeTop1] = probeTop1;
        }

        if (knnTop1 is not null && chance is not null)
        {
            columns[PanelMetrics.KnnInformative] = [.. knnTop1.Select(top1 => IsInformative(top1, chance.Value, samples) ? 1.0 : 0.0)];
        }

        var isFinite = finite.cpu().data<bool>().ToArray();
        var spectra = singular.cpu().data<double>().ToArray().Chunk((int)singular.shape[1]).ToArray();
        var hasSpread = Read(spread);
        var totalStd = Read(totalVariance.sqrt());
        return
        [
            .. Enumerable.Range(0, trials).Select(k => new Panel(
                [.. PanelMetrics.All.Select(m => KeyValuePair.Create(m.Name, Value(m.Name, k)))],
                isFinite[k] && hasSpread[k] > 0 ? spectra[k] : [],
                isFinite[k] ? totalStd[k] : null)),
        ];

        double? Value(string metric, int k) =>
            isFinite[k] && columns.TryGetValue(metric, out var column) && double.IsFinite(column[k]) ? column[k] : null;
    }

    /// <summary>Whether an accuracy over so many samples beats chance by more than three standard errors of a binomial share.</summary>
    private static bool IsInformative(double top1, double chance, long samples) =>
        top1 > chance + (3 * Math.Sqrt(chance * (1 - chance) / samples));

    /// <param name="singular">[K, rank], at least zero.</param>
    /// <returns>exp(−Σ p ln p) with p = σ/Σσ + constant, and 0 ln 0 = 0, [K]; NaN where all are zero.</returns>
    private static Tensor ExpEntropy(Tensor singular, double constant)
    {
        var p = (singular / singular.sum(1, keepdim: true)).Add(constant);
        return (-xlogy(p, p).sum(1)).exp();
    }

    /// <returns>σᶜ₁/σᶜ_D, [K]; NaN where Z has not full rank within rounding.</returns>
    private static Tensor Condition(Tensor singular, long samples, long dimension)
    {
        var (largest, smallest) = (singular.select(1, 0), singular.select(1, -1));
        var isFullRank = smallest.gt(largest.Mul(Math.Max(samples, dimension) * MachineEpsilon));
        var condition = largest / smallest;
        return samples > dimension ? where(isFullRank, condition, TensorArithmetic.FullLike(condition, double.NaN))
            : TensorArithmetic.FullLike(condition, double.NaN);
    }

    /// <param name="normalised">[K, M, D].</param>
    /// <returns>ln mean over i ≠ j of exp(−2 ‖u_i − u_j‖²), [K].</returns>
    /// <remarks>
    /// Distances do not depend on the origin, and the mean of nearly equal samples is the one that takes no digits from them;
    /// for the same reason the mean is taken of exp(x) − 1.
    /// </remarks>
    private static double[] Uniformity(Tensor normalised)
    {
        using var scope = NewDisposeScope();
        var (trials, samples) = (normalised.shape[0], normalised.shape[1]);
        var u = normalised - normalised.mean([1], keepdim: true);                         // [K, M, D]
        var squareNorm = u.Square().sum(2);                                               // [K, M]
        if (u.device.type == DeviceType.CPU)
        {
            var sums = Enumerable.Range(0, (int)trials).Select(k => SumOverPairs(u[k], squareNorm[k])).ToArray();
            return Read(tensor(sums).Div(samples * (samples - 1.0) / 2).log1p());
        }

        return Read(SumsOverPairs(u, squareNorm, PairsOnGpu).Div(samples * (samples - 1.0)).log1p());
    }

    /// <summary>By few and large operations, as a GPU wants them.</summary>
    /// <param name="u">[K, M, D], centred.</param>
    /// <param name="squareNorm">[K, M].</param>
    /// <param name="pairsAtATime">Whose distances are held, M or more.</param>
    /// <returns>Σ over i ≠ j of exp(−2 ‖u_i − u_j‖²) − 1, [K].</returns>
    internal static Tensor SumsOverPairs(Tensor u, Tensor squareNorm, long pairsAtATime)
    {
        using var scope = NewDisposeScope();
        var (trials, samples) = (u.shape[0], u.shape[1]);
        var sum = zeros(trials, float64, u.device);
        var together = Math.Clamp(pairsAtATime / (samples * samples), 1, trials);
        var step = Math.Clamp(pairsAtATime / (together * samples), 1, samples);
        for (var first = 0L; first < trials; first += together)
        {
            var several = Math.Min(together, trials - first);
            var (all, norms) = (u.narrow(0, first, several), squareNorm.narrow(0, first, several));
            for (var start = 0L; start < samples; start += step)
            {
                using var piece = NewDisposeScope();
                var length = Math.Min(step, samples - start);
                var kernel = bmm(all.narrow(1, start, length), all.transpose(1, 2)).Mul_(-2);             // [t, m, M]
                kernel.Add_(norms.narrow(1, start, length).unsqueeze(2)).Add_(norms.unsqueeze(1)).ClampMin_(0).Mul_(-2).expm1_();
                kernel.diagonal(start, 1, 2).zero_();                                     // A sample is no pair with itself.
                sum.narrow(0, first, several).Add_(kernel.sum([1, 2]));
            }
        }

        return sum.MoveToOuterDisposeScope();
    }

    /// <param name="u">[M, D], centred.</param>
    /// <param name="squareNorm">[M].</param>
    /// <returns>Σ over i &lt; j of exp(−2 ‖u_i − u_j‖²) − 1.</returns>
    private static double SumOverPairs(Tensor u, Tensor squareNorm)
    {
        var samples = (int)u.shape[0];
        using var norms = Matrix<double>.Over(squareNorm.contiguous());
        using var buffer = empty([(long)PairRows * samples], float64);
        var sum = 0.0;
        for (var start = 0; start < samples; start += PairRows)
        {
            // Only columns from the piece's first row on: the pairs to their left have been counted.
            using var piece = NewDisposeScope();
            var length = Math.Min(PairRows, samples - start);
            var products = buffer.narrow(0, 0, (long)length * (samples - start)).view(length, samples - start);
            products.addmm_(u.narrow(0, start, length), u.narrow(0, start, samples - start).t(), beta: 0, alpha: 1);
            using var rows = Matrix<double>.Over(products);
            for (var i = 0; i < length; i++)
            {
                sum += PairKernel.Sum(rows[i][(i + 1)..], norms[0][start + i], norms[0][(start + i + 1)..]);
            }
        }

        return sum;
    }

    /// <returns>Root mean square and mean absolute value over pairs of different live dimensions; NaN with fewer than two.</returns>
    private static (double[] Rms, double[] MeanAbs) OffDiagonalCorrelation(Tensor centred, Tensor std)
    {
        using var scope = NewDisposeScope();
        var (samples, dimension) = (centred.shape[1], centred.shape[2]);
        var live = std.Gt(LiveStd).to(float64);                                           // [K, D]
        var standard = centred * (live / std.ClampMin(LiveStd)).unsqueeze(1);             // [K, M, D], dead dimensions zero
        var pairs = live.sum(1) * live.sum(1).Sub(1);                                     // [K], ordered pairs
        if (samples < dimension)
        {
            var sums = Enumerable.Range(0, (int)standard.shape[0]).Select(k => ProductsOfPairs.Sum(standard[k])).ToArray();
            return (
                [.. sums.Zip(Read(pairs), (sum, count) => Math.Sqrt(2 * sum.Squares / count) / (samples - 1))],
                [.. sums.Zip(Read(pairs), (sum, count) => 2 * sum.Magnitudes / count / (samples - 1))]);
        }

        var correlation = bmm(standard.transpose(1, 2), standard).Div_(samples - 1);      // [K, D, D]
        correlation.mul_(eye(dimension, dtype: float64, device: centred.device).neg_().Add_(1));
        var meanAbs = Read(correlation.abs().sum([1, 2]) / pairs);
        return (Read((correlation.Square().sum([1, 2]) / pairs).sqrt()), meanAbs);
    }

    private static double[] Alignment(Tensor view1, Tensor view2)
    {
        using var scope = NewDisposeScope();
        return Read((Normalise(view1.to(float64)) - Normalise(view2.to(float64))).Square().sum(2).mean([1]));
    }

    private static Tensor Normalise(Tensor z) => z / z.norm(2, keepdim: true).ClampMin(TinyNorm);

    private static double[] Read(Tensor perTrial) => perTrial.cpu().data<double>().ToArray();
}
