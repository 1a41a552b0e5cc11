using VicRegSweeps.Reports.Projections;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Page;

/// <summary>What a report is to show, and what it cannot know by itself: it knows neither the loss nor the images.</summary>
public sealed record ReportOptions
{
    /// <summary>
    /// The name of the sweep that the report is about, where the store has several, or <see cref="SweepChoice.All"/> for all of them; null where
    /// it has one.
    /// </summary>
    public string? Sweep { get; init; }

    /// <summary>What trials are ranked by, such as <c>output/accuracy</c>; null to choose.</summary>
    public string? Metric { get; init; }

    /// <summary>What the metric is named by, for messages.</summary>
    public string MetricOption { get; init; } = "--metric";

    /// <summary>Whether more of it is better; null to go by the metric.</summary>
    public bool? Maximize { get; init; }

    /// <summary>The trial whose point others are compared with, by its id or the beginning of it; null for the defaults' point, else the best.</summary>
    public string? Baseline { get; init; }

    /// <summary>The command that made the report, for the page.</summary>
    public string Command { get; init; } = "";

    /// <summary>How verdicts are reached, a sentence each.</summary>
    public IReadOnlyList<string> VerdictRules { get; init; } = [];

    /// <summary>What weighs the terms of a trial with these settings; null where that is not known.</summary>
    public Func<IReadOnlyDictionary<string, ParameterValue>, LossFactors?>? LossFactors { get; init; }

    /// <summary>
    /// The classes' names of a trial with these settings in a store that records these inputs, in the order of their numbers; null where that is
    /// not known.
    /// </summary>
    public Func<IReadOnlyDictionary<string, ParameterValue>, IReadOnlyList<RecordedInput>, IReadOnlyList<string>?>? ClassNames { get; init; }

    /// <summary>What blind guessing scores at a metric such as <c>output/accuracy</c>, with these settings; null where that is not known.</summary>
    public Func<IReadOnlyDictionary<string, ParameterValue>, string, double?>? Chance { get; init; }

    /// <summary>How to tell what trials were trained on; null where that is not known.</summary>
    public InputReading? Inputs { get; init; }

    /// <summary>Of t-SNE: about how many neighbours an image keeps; at least 1.</summary>
    public double Perplexity { get; init; } = TSne.DefaultPerplexity;
}

/// <summary>What a store's record of images, weights and features means.</summary>
/// <param name="Decides">Whether trials that differ in this parameter have different features as input.</param>
/// <param name="PanelsOf">The panels of features that trials with these settings may have as input; empty where the inputs do not say.</param>
/// <param name="Difference">How features differ that were computed in these ways, in sentences.</param>
/// <param name="OtherData">Data that must be the same and are not, in sentences.</param>
public sealed record InputReading(
    Func<string, bool> Decides,
    Func<IReadOnlyDictionary<string, ParameterValue>, IReadOnlyList<RecordedInput>, IReadOnlyList<KnownPanel>> PanelsOf,
    Func<IReadOnlyList<string>, string> Difference,
    Func<IReadOnlyList<RecordedInput>, IReadOnlyList<string>> OtherData);

/// <summary>What each raw term is multiplied with in the total.</summary>
/// <param name="Factors">Name and factor of the terms whose factor is known.</param>
public sealed record LossFactors(params IReadOnlyList<(string Term, double Factor)> Factors)
{
    /// <summary>The factor of a term; null where it is not known.</summary>
    public double? Of(string term) => Factors.Where(f => f.Term == term).Select(f => (double?)f.Factor).FirstOrDefault();

    public bool Equals(LossFactors? other) => other is not null && Factors.SequenceEqual(other.Factors);

    public override int GetHashCode() => Factors.Aggregate(0, HashCode.Combine);
}
