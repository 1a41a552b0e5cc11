namespace VicRegSweeps.SweepEngine;

/// <summary>One number that a panel records of a space.</summary>
/// <param name="Name">Such as <c>participation_ratio</c>.</param>
/// <param name="Doc">What it is, in one sentence, with its range.</param>
public sealed record Metric(string Name, string Doc);
