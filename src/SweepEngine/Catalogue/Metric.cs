namespace VicRegSweeps.SweepEngine.Catalogue;

/// <summary>One number that a panel records of a space.</summary>
/// <param name="Name">Such as <c>participation_ratio</c>: lower-case letters, digits and underscores.</param>
/// <param name="Doc">What it is, in one sentence, with its range.</param>
public sealed record Metric(string Name, string Doc)
{
    /// <summary>The unit of a share, from 0 to 1, of the samples of an evaluation.</summary>
    public const string Share = "share";

    /// <summary>What is counted or measured, such as <c>dimensions</c> or <see cref="Share"/>; empty for a plain number.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Which end of it is good.</summary>
    public Better Better { get; init; }

    /// <summary>
    /// Names of the parameters with a <see cref="Parameter.EvaluatedAs"/> that it depends on, in the order of the catalogue. A trial may be evaluated
    /// with further values of them, which gives further metrics. Empty where there is none.
    /// </summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>What people call it where there is little room; its name unless given.</summary>
    public string Label { get; init; } = Name;
}
