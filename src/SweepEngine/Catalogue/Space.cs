using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Catalogue;

/// <summary>A set of vectors that evaluations look at, and judge.</summary>
/// <param name="Name">Such as <c>output</c>: lower-case letters, digits and underscores.</param>
/// <param name="Doc">What it is, in a few words that may begin a sentence.</param>
public sealed record Space(string Name, string Doc)
{
    /// <summary>What it may be judged to be, from the healthy verdict to the worst; at least one.</summary>
    public IReadOnlyList<VerdictWord> Verdicts { get; init; } = [];

    /// <summary>Names of the metrics that it has; null where it has all that the vocabulary has.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>Whether it is what trials share as input: recorded once as a baseline, and no column of a trial.</summary>
    public bool IsInput { get; init; }

    /// <summary>Whether a bad verdict of it may end a trial: <c>stop.collapse</c> looks at it. One space at most is such.</summary>
    public bool EndsTrials { get; init; }

    /// <summary>What people call it where there is little room; its name unless given.</summary>
    public string Label { get; init; } = Name;

    /// <summary>The parameter that says how many of its vectors the store keeps for pictures; null where none are kept.</summary>
    public string? KeptBy { get; init; }

    /// <summary>
    /// Says which trials have it; null where all have. A store has the words of such a space, and exports its columns, once a trial of it has
    /// the space.
    /// </summary>
    public Func<TrialSettings, bool>? When { get; init; }

    /// <summary>Whether a verdict is the healthy one; null is not.</summary>
    public bool IsHealthy(string? verdict) => Verdicts is [var healthy, ..] && healthy.Name == verdict;
}

/// <summary>One thing that a space may be judged to be.</summary>
/// <param name="Name">Such as <c>none</c>: lower-case letters, digits and underscores.</param>
/// <param name="Manner">
/// How the space has the vocabulary's <see cref="Defect"/>, to follow its participle, such as <c>completely</c>; empty for the
/// healthy verdict.
/// </param>
/// <param name="Doc">When it is given, in one sentence.</param>
public sealed record VerdictWord(string Name, string Manner, string Doc)
{
    /// <summary>The manner, or what the verdict says where it has none.</summary>
    public string How => Manner.Length > 0 ? Manner : $"as {Name}";
}

/// <summary>What all verdicts but the healthy one find in a space.</summary>
/// <param name="Noun">Begins the names of the verdicts' columns, such as <c>collapse</c> in <c>collapse_output</c>.</param>
/// <param name="Participle">What a space then is, such as <c>collapsed</c>.</param>
public sealed record Defect(string Noun, string Participle)
{
    /// <summary>What a space then did, such as <c>collapsed</c>; the participle unless given.</summary>
    public string Past { get; init; } = Participle;
}

/// <summary>A file that a finished trial may leave and that outlives its stack.</summary>
/// <param name="Name">Such as <c>weights</c>: lower-case letters, digits and underscores.</param>
/// <param name="Doc">What it holds, in one sentence.</param>
public sealed record Artifact(string Name, string Doc)
{
    /// <summary>Every trial that completes leaves it.</summary>
    public const string KeepAll = "all";

    /// <summary>Only the best trial of a sweep keeps it, by what the sweep ranks by.</summary>
    public const string KeepBest = "best";

    /// <summary>No trial leaves it, except those that others are built on.</summary>
    public const string KeepNone = "none";

    /// <summary>The parameter whose words are <c>all</c>, <c>best</c> and <c>none</c>; null where all trials leave it.</summary>
    public string? KeptBy { get; init; }

    /// <summary>What its best is chosen by where no stop rule says it, such as <c>output/accuracy</c>; null for the vocabulary's objective.</summary>
    public string? BestBy { get; init; }
}
