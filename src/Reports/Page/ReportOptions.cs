using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>What a report is to show, and who helps it: it knows neither tensors nor the loss.</summary>
public sealed record ReportOptions
{
    /// <summary>What trials are ranked by, such as <c>embedding/knn_top1</c>; null to choose.</summary>
    public string? Metric { get; init; }

    /// <summary>Whether more of it is better; null to go by the metric.</summary>
    public bool? Maximize { get; init; }

    /// <summary>The trial whose point others are compared with, by its id or the beginning of it; null for the defaults' point, else the best.</summary>
    public string? Baseline { get; init; }

    /// <summary>The command that made the report, for the page.</summary>
    public string Command { get; init; } = "";

    /// <summary>How verdicts are reached, a sentence each.</summary>
    public IReadOnlyList<string> VerdictRules { get; init; } = [];

    /// <summary>What weighs the loss terms of a trial with these settings; null where that is not known.</summary>
    public Func<IReadOnlyDictionary<string, ParameterValue>, LossFactors?>? LossFactors { get; init; }

    /// <summary>The classes' names of a trial with these settings, in the order of their numbers; null where that is not known.</summary>
    public Func<IReadOnlyDictionary<string, ParameterValue>, IReadOnlyList<string>?>? ClassNames { get; init; }

    /// <summary>Lays embeddings of more than two dimensions out in the plane; null to leave them out.</summary>
    public Func<IReadOnlyList<EmbeddingSample>, IReadOnlyList<FlatEmbedding>>? Flatten { get; init; }
}

/// <summary>What each raw loss term is multiplied with in the total.</summary>
public sealed record LossFactors(double Invariance, double Variance, double Covariance);

/// <summary>An embedding in the plane, twice.</summary>
/// <param name="TSne">x, y of every image.</param>
/// <param name="Divergence">KL(P ‖ Q) at the end, in nats; null where the images are all the same.</param>
/// <param name="Pca">x, y of every image on the first two principal components.</param>
/// <param name="Shares">Of the variance on each of the two.</param>
public sealed record FlatEmbedding(double[] TSne, double Perplexity, double? Divergence, double[] Pca, (double First, double Second) Shares);
