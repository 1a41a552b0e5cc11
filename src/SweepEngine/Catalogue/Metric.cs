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

    /// <summary>What people call it where there is little room; its name unless given.</summary>
    public string Label { get; init; } = Name;
}
