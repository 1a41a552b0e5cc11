using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stopping;

/// <summary>When a trial ends before its last epoch: <c>stop</c> of a sweep file.</summary>
public sealed record StopRules
{
    /// <summary>What holds where a sweep file says nothing: collapse is labelled, nothing is stopped.</summary>
    public static StopRules Default { get; } = new();

    /// <summary>The longest that a trial may train; null without a limit.</summary>
    /// <remarks>A trial's time is its share of its stack's: wall time over the trials that shared it.</remarks>
    public TimeSpan? Timeout { get; init; }

    public CollapseRule Collapse { get; init; } = new();

    /// <summary>Null when all trials may go on to the end.</summary>
    public HalvingRule? Halving { get; init; }
}

/// <summary>What is done about a trial that has collapsed: the space with <see cref="Space.EndsTrials"/> is not judged healthy.</summary>
public sealed record CollapseRule
{
    public CollapseAction Action { get; init; } = CollapseAction.Label;

    /// <summary>Epochs before which no collapse is held against a trial, at least 0; early on everything looks collapsed.</summary>
    public int AfterEpochs { get; init; } = 2;

    /// <summary>Evaluations in a row that must find it, at least 1.</summary>
    public int Sustained { get; init; } = 2;
}

/// <summary>What happens to a collapsed trial.</summary>
public enum CollapseAction
{
    /// <summary>It goes on, and its record says that it has collapsed.</summary>
    Label,

    /// <summary>It ends as stopped.</summary>
    Stop,

    /// <summary>Nothing is looked for.</summary>
    Off,
}

/// <summary>Successive halving: at every rung the best share of a stack's points goes on and the others are stopped.</summary>
/// <remarks>Jamieson and Talwalkar 2016.</remarks>
/// <param name="Metric">What points are ranked by, in the mean of their seeds: <c>space/metric</c> or <c>loss/term</c>, one of <see cref="Vocabulary.RankingNames"/>.</param>
public sealed record HalvingRule(string Metric)
{
    public HalvingGoal Goal { get; init; } = HalvingGoal.Maximize;

    /// <summary>The share that goes on, between 0 and 1; at least one point does.</summary>
    public double Keep { get; init; } = 0.5;

    /// <summary>Epochs between rungs, at least 1.</summary>
    public int EveryEpochs { get; init; } = 5;
}

/// <summary>Which end of a metric is good.</summary>
public enum HalvingGoal
{
    Maximize,
    Minimize,
}
