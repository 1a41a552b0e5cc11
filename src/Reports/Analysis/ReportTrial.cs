using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>What a report keeps of every trial: little, because there may be a million.</summary>
/// <param name="Number">The order in which trials run.</param>
/// <param name="Score">Its value of the objective; null where it has none.</param>
/// <param name="Reason">Why it stopped or failed, with the class of a failure.</param>
/// <param name="Verdicts">Each space's last verdict, in the order of the store's; null before the first.</param>
/// <param name="Factors">What weighs its terms, in the order of the store's; null where that is not known.</param>
internal sealed record ReportTrial(
    long Number, string Id, long Seed, TrialState State, double? Score, string? Reason, IReadOnlyList<SpaceVerdict?> Verdicts, IReadOnlyList<double?>? Factors)
{
    /// <summary>Set once all trials are read.</summary>
    public ReportPoint Point { get; set; } = null!;

    /// <summary>Its level on every axis.</summary>
    public int[] Levels => Point.Levels;

    /// <summary>Whether its values count: it completed, or a stop rule stopped it.</summary>
    public bool Counts => State is TrialState.Completed or TrialState.Stopped;

    /// <summary>Whether a stop rule ended it, so that its values are those of an earlier step.</summary>
    public bool IsCensored => State == TrialState.Stopped;

    /// <summary>Whether it counts and has a score.</summary>
    public bool IsScored => Counts && Score is not null;

    /// <summary>The last verdict over a space; null before the first.</summary>
    public SpaceVerdict? Verdict(ReportSpace space) => Verdicts[space.Index];

    /// <summary>Whether the space's verdict is the healthy one; null where that is not known.</summary>
    public bool? IsAlive(ReportSpace space) => Counts && Verdict(space) is { } verdict ? verdict.Badness == 0 : null;
}

/// <summary>A verdict over one space.</summary>
/// <param name="Name">Such as <c>none</c>.</param>
/// <param name="Badness">Its place among the space's verdicts, from 0, the healthy one.</param>
internal sealed record SpaceVerdict(string Name, int Badness);

/// <summary>A space that trials have.</summary>
/// <param name="Index">Its place among the store's, and among a trial's verdicts.</param>
internal sealed record ReportSpace(int Index, Space Space)
{
    public string Name => Space.Name;
}

/// <summary>A point with its trials, one a seed.</summary>
internal sealed record ReportPoint(int[] Levels, IReadOnlyList<ReportTrial> Trials)
{
    /// <summary>The scores by seed.</summary>
    public IReadOnlyDictionary<long, double> Scores() => Trials.Where(t => t.IsScored).DistinctBy(t => t.Seed).ToDictionary(t => t.Seed, t => t.Score!.Value);

    public SampleStatistics Statistics() => SampleStatistics.Of([.. Scores().Values]);

    /// <summary>The mean score; null without one.</summary>
    public double? Mean => Trials.Where(t => t.IsScored).Average(t => t.Score);

    public int Censored => Trials.Count(t => t.IsCensored);
}
