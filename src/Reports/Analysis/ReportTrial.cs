using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>A trial as the report sees it.</summary>
/// <param name="Levels">Its level on every axis.</param>
/// <param name="Values">Final loss terms and metrics, in the order of <see cref="ReportData.Metrics"/>.</param>
internal sealed record ReportTrial(RecordedTrial Recorded, int[] Levels, double?[] Values)
{
    public string Id => Recorded.Id;

    /// <summary>Whether its values count: it completed, or a stop rule stopped it.</summary>
    public bool Counts => Recorded.State is TrialState.Completed or TrialState.Stopped;

    /// <summary>Whether a stop rule ended it, so that its values are those of an earlier step.</summary>
    public bool IsCensored => Recorded.State == TrialState.Stopped;

    public FinalPanel? Panel(string space) => space == "embedding" ? Recorded.Embedding : Recorded.Representation;

    /// <summary>Whether the space stands uncollapsed; null where that is not known.</summary>
    public bool? IsAlive(string space) => Counts && Panel(space) is { } panel ? panel.Verdict == "none" : null;
}

/// <summary>A point with its trials, one a seed.</summary>
internal sealed record ReportPoint(string Id, int[] Levels, IReadOnlyList<ReportTrial> Trials)
{
    /// <summary>The values of one metric over the seeds that have it, by seed.</summary>
    public IReadOnlyDictionary<long, double> Values(int metric) => Trials
        .Where(t => t.Counts && t.Values[metric] is not null)
        .GroupBy(t => t.Recorded.Seed)
        .ToDictionary(g => g.Key, g => g.First().Values[metric]!.Value);

    public SampleStatistics Statistics(int metric) => SampleStatistics.Of([.. Values(metric).Values]);

    public int Censored => Trials.Count(t => t.IsCensored);
}
