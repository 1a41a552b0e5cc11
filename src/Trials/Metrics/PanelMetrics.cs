using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>The metrics of a panel, in the order in which they are recorded and exported.</summary>
/// <remarks>
/// λ are the eigenvalues of the unbiased covariance, σ the singular values of the sample Z, σᶜ those of centred Z.
/// Sources and the cases in which a metric is undefined: docs/metrics.md.
/// </remarks>
public static class PanelMetrics
{
    private const string Dimensions = "dimensions";

    public const string StdMean = "std_mean";
    public const string StdMin = "std_min";
    public const string StdMedian = "std_median";
    public const string DeadDims = "dead_dims";
    public const string RelativeSpread = "relative_spread";
    public const string StdL2 = "std_l2";
    public const string RankMe = "rankme";
    public const string EffectiveRank = "effective_rank";
    public const string ParticipationRatio = "participation_ratio";
    public const string StableRank = "stable_rank";
    public const string ConditionNumber = "condition_number";
    public const string OffDiagonalCorrelationRms = "offdiag_corr_rms";
    public const string OffDiagonalCorrelationMeanAbs = "offdiag_corr_mean_abs";
    public const string Alignment = "alignment";
    public const string Uniformity = "uniformity";
    public const string KnnTop1 = "knn_top1";
    public const string ProbeTop1 = "probe_top1";
    public const string KnnInformative = "knn_informative";

    /// <summary>Those that need the samples' classes.</summary>
    public static IReadOnlyList<string> OfLabels { get; } = [KnnTop1, ProbeTop1, KnnInformative];

    public static IReadOnlyList<Metric> All { get; } =
    [
        new(StdMean, "Mean over dimensions of the unbiased standard deviation; 0 at complete collapse.") { Better = Better.More },
        new(StdMin, "The smallest dimension's standard deviation.") { Better = Better.More },
        new(StdMedian, "The median dimension's standard deviation.") { Better = Better.More },
        new(DeadDims, "Dimensions with a standard deviation below 0.01.") { Unit = Dimensions, Better = Better.Less },
        new(RelativeSpread, "sqrt(Σλ) / sqrt(mean ‖z‖²), from 0 (one point away from the origin) to about 1 (centred).") { Better = Better.More },
        new(StdL2, "Mean over dimensions of the standard deviation of l2-normalised samples; 1/sqrt(D) when evenly spread.") { Better = Better.More },
        new(RankMe, "exp of the entropy of σ/Σσ + 1e-7, uncentred; from 1 to D.") { Unit = Dimensions, Better = Better.More },
        new(EffectiveRank, "exp of the entropy of σᶜ/Σσᶜ; from 1 to D.") { Unit = Dimensions, Better = Better.More },
        new(ParticipationRatio, "(Σλ)² / Σλ²; from 1 (a line) to D (isotropic).") { Unit = Dimensions, Better = Better.More },
        new(StableRank, "Σλ / λ₁; from 1 to D.") { Unit = Dimensions, Better = Better.More },
        new(ConditionNumber, "σᶜ₁ / σᶜ_D; at least 1.") { Better = Better.Less },
        new(OffDiagonalCorrelationRms,
        "Root mean square of the correlations between different live dimensions (std above 1e-6); 0 to 1.") { Better = Better.Less },
        new(OffDiagonalCorrelationMeanAbs, "Mean absolute correlation between different live dimensions; 0 to 1.") { Better = Better.Less },
        new(Alignment, "Mean squared distance of the two l2-normalised views of an image; 0 to 4, less is more aligned.") { Better = Better.Less },
        new(Uniformity, "ln of the mean of exp(−2 ‖u_i − u_j‖²) over pairs of l2-normalised samples; −8 to 0, less is more uniform.") { Better = Better.Less },
        new(KnnTop1, "Share of held-out images whose class weighted cosine kNN finds; 0 to 1.")
        {
            Unit = Metric.Share, Better = Better.More, Label = "kNN", DependsOn = [EvaluationSettings.Neighbours, EvaluationSettings.Temperature],
        },
        new(ProbeTop1, "Share of held-out images whose class a linear ridge probe finds; 0 to 1.")
        {
            Unit = Metric.Share, Better = Better.More, Label = "probe", DependsOn = [EvaluationSettings.Ridge],
        },
        new(KnnInformative, "1 when knn_top1 beats always naming the most frequent class by more than three standard errors, else 0.") { Better = Better.More },
    ];
}
