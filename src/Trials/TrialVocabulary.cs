using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials;

/// <summary>The words for what a VICReg trial yields: its terms, spaces, verdicts and metrics.</summary>
public static class TrialVocabulary
{
    public const string Features = "features";
    public const string Embedding = "embedding";
    public const string Representation = "representation";
    public const string Prediction = "prediction";

    /// <summary>The artifact with a trial's weights.</summary>
    public const string Weights = "weights";

    /// <summary>The artifact with the weights of a predictor and of the network that makes its embeddings.</summary>
    public const string Predictor = "predictor";

    /// <summary>The parameter that says which trials keep them.</summary>
    internal const string KeepWeights = "keep.weights";

    private static readonly IReadOnlyList<string> Panels = [.. PanelMetrics.All.Select(m => m.Name)];

    /// <summary>Verdicts of every space, from the healthy one to the worst.</summary>
    private static readonly IReadOnlyList<VerdictWord> Verdicts =
    [
        new(Verdict.None, "", "The space is spread out, and over enough dimensions."),
        new(Verdict.Dimensional, "in dimension", "The space is spread out, but over few of its dimensions."),
        new(Verdict.Complete, "completely", "All samples lie close together, or are not finite."),
    ];

    /// <summary>The order of the terms is that of the loss rows; all orders are those of the exports.</summary>
    public static Vocabulary Words { get; } = new()
    {
        Terms =
        [
            new("total", "The weighted sum of the terms, as loss.convention has it.") { IsTotal = true },
            new("invariance", "Mean squared difference of the two views' representations."),
            new("variance", "Mean over dimensions of how far the standard deviation stays below γ, of both views together."),
            new("covariance", "Sum of the squared covariances between different dimensions over the number of dimensions, of both views together."),
            new("prediction", "Mean squared error of the embeddings that a predictor predicts in training.") { Space = Prediction },
        ],
        Spaces =
        [
            new(Embedding, "E dimensions, before the expander") { Verdicts = Verdicts, Metrics = Panels, KeptBy = KeptEmbeddings.Count, Label = "emb" },
            new(Representation, "R dimensions, after the expander, where the loss is taken") { Verdicts = Verdicts, Metrics = Panels, EndsTrials = true, Label = "repr" },
            new(Features, "The backbone's own features") { Verdicts = Verdicts, Metrics = Panels, IsInput = true },
            new(Prediction, "The next frames' embeddings, as a predictor has them")
            {
                Verdicts = Verdicts, Metrics = [.. PredictionMetrics.All.Select(m => m.Name)], When = PredictorSettings.IsPredictor, Label = "pred",
                KeptBy = KeptEmbeddings.Count,
            },
        ],
        Metrics = [.. PanelMetrics.All, .. PredictionMetrics.All],
        Artifacts =
        [
            new(Weights, "Weights and running statistics of the network, and the scale of its features, as safetensors.") { KeptBy = KeepWeights },
            new(Predictor, "The same with the weights of the predictor, and with what it centres and scales embeddings by.")
            {
                KeptBy = KeepWeights, BestBy = $"{Prediction}/{PredictionMetrics.At(PredictionMetrics.Skill, 1)}",
            },
        ],
        Headlines = [PanelMetrics.KnnTop1, PanelMetrics.ProbeTop1, PredictionMetrics.At(PredictionMetrics.Skill, 1), PredictionMetrics.TruePositionR2,
        PanelMetrics.ParticipationRatio, PanelMetrics.StdMean],
        Objective = $"{Embedding}/{PanelMetrics.KnnTop1}",
        Defect = new("collapse", "collapsed"),
    };
}
