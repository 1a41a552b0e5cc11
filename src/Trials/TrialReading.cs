using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Stacks;
using static System.FormattableString;

namespace VicRegSweeps.Trials;

/// <summary>What recorded settings mean, for reports: they know neither losses nor images.</summary>
public static class TrialReading
{
    /// <summary>
    /// What each raw loss term is multiplied with in the total, by its name: λ, μ and ν with the convention's factors. A predictor on a finished
    /// embedding has the prediction alone; one that is trained with its embedding has λ for it.
    /// </summary>
    /// <returns>Null where the settings do not say.</returns>
    public static IReadOnlyList<(string Term, double Factor)>? LossFactors(IReadOnlyDictionary<string, ParameterValue> settings)
    {
        var isJoint = settings.GetValueOrDefault(PredictorSettings.JointParameter)?.Truth == true;
        if (!isJoint && Number(PredictorSettings.EpochsParameter) > 0) return [("prediction", 1)];
        if (Number("loss.invariance_weight") is not { } invariance || Number("loss.variance_weight") is not { } variance
            || Number("loss.covariance_weight") is not { } covariance
            || Number(isJoint ? "model.embedding_dim" : "model.representation_dim") is not { } dimension
            || settings.GetValueOrDefault("loss.convention")?.Text is not { } name || !LossConvention.Names.Contains(name))
        {
            return null;
        }

        var convention = LossConvention.Of(name, (int)dimension);
        return [(isJoint ? "prediction" : "invariance", invariance), ("variance", variance * convention.Variance), ("covariance", covariance * convention.Covariance)];

        double? Number(string parameter) => settings.GetValueOrDefault(parameter)?.Number;
    }

    /// <summary>The names of the images' classes, in the order of their numbers.</summary>
    /// <param name="inputs">What the store records of images and weights.</param>
    /// <returns>Null where nobody knows them, and where trials had images of several folders.</returns>
    public static IReadOnlyList<string>? ClassNames(IReadOnlyDictionary<string, ParameterValue> settings, IReadOnlyList<RecordedInput> inputs) =>
        KnownClasses(settings) ?? (settings.GetValueOrDefault(DataSources.Parameter)?.Text == FolderSource.Name ? FoundInput.NamesIn(inputs) : null);

    /// <summary>What blind guessing scores: one in so many classes.</summary>
    /// <param name="metric">Such as <c>embedding/knn_top1</c>.</param>
    /// <returns>Null for a metric that is no share of classes found, and where the classes are not known.</returns>
    public static double? Chance(IReadOnlyDictionary<string, ParameterValue> settings, string metric) =>
        metric.Split('/')[^1] is PanelMetrics.KnnTop1 or PanelMetrics.ProbeTop1 && KnownClasses(settings) is { } classes ? 1.0 / classes.Count : null;

    /// <summary>How a verdict is reached, a sentence each, with the thresholds in force.</summary>
    public static IReadOnlyList<string> VerdictRules { get; } =
    [
        Invariant($"Complete collapse: relative_spread is below {Verdict.LeastRelativeSpread}; or, in the representation, std_mean is below {Verdict.LeastShareOfGamma} γ; or the whole cloud's standard deviation is below {Verdict.LeastSpread}; or the sample is not finite."),
        Invariant($"Dimensional collapse: else, in D > 1 dimensions, participation_ratio is below the smaller of 1 + {Verdict.LeastDimensionShare} (D − 1) and {Verdict.EnoughDimensions}."),
        "None: else. Spread is judged before rank, because what noise is left after a complete collapse has full rank.",
    ];

    /// <summary>Of the sources whose classes are always the same.</summary>
    private static IReadOnlyList<string>? KnownClasses(IReadOnlyDictionary<string, ParameterValue> settings) =>
        DataSources.Named(settings.GetValueOrDefault(DataSources.Parameter)?.Text)?.ClassNames;
}
