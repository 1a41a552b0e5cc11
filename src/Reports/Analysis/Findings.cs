namespace VicRegSweeps.Reports;

/// <summary>What the data say, worked out once for all sections.</summary>
internal sealed record Findings
{
    /// <summary>What the objective depends on.</summary>
    public required Influence Score { get; init; }

    /// <summary>What the life of each space depends on: of 1 for an uncollapsed trial and 0 for a collapsed one.</summary>
    public required IReadOnlyDictionary<string, Influence> Life { get; init; }

    public required IReadOnlyDictionary<string, Survival> Survival { get; init; }

    /// <summary>Points with a score, the best first.</summary>
    public required IReadOnlyList<(ReportPoint Point, SampleStatistics Statistics)> Ranking { get; init; }

    /// <summary>What others are compared with; null without points that have a score.</summary>
    public required ReportPoint? Baseline { get; init; }

    /// <summary>Why it is the baseline, such as <c>the defaults</c>.</summary>
    public required string BaselineIs { get; init; }

    /// <summary>See <see cref="BestOfMany.Optimism"/>.</summary>
    public required double? Optimism { get; init; }

    /// <param name="baseline">The beginning of a trial's id; null to choose.</param>
    /// <exception cref="SweepEngine.SweepException">There is no such trial, or several.</exception>
    public static Findings Of(ReportData data, string? baseline)
    {
        var ranking = data.Ranking();
        var (point, why) = BaselineOf(data, ranking, baseline);
        return new Findings
        {
            Score = Influence.Of(data, t => t.Values[data.Objective.Index]),
            Life = ReportData.Spaces.ToDictionary(s => s, s => Influence.Of(data, t => t.IsAlive(s) switch { true => 1, false => 0, null => null })),
            Survival = ReportData.Spaces.ToDictionary(s => s, s => Reports.Survival.Of(data, s)),
            Ranking = ranking,
            Baseline = point,
            BaselineIs = why,
            Optimism = BestOfMany.Optimism([.. data.Points.Select(p => (IReadOnlyList<double>)[.. p.Values(data.Objective.Index).Values])]),
        };
    }

    private static (ReportPoint? Point, string Why) BaselineOf(
        ReportData data, IReadOnlyList<(ReportPoint Point, SampleStatistics Statistics)> ranking, string? baseline)
    {
        if (baseline is not null)
        {
            var trial = TrialLookup.Find(data.Trials.Select(t => t.Recorded), baseline, "--baseline");
            return (data.Points.First(p => p.Id == trial.Point), $"the point of trial {trial.Id}");
        }

        var defaults = data.Store.Parameters.ToDictionary(p => p.Name, p => p.Default, StringComparer.Ordinal);
        var atDefaults = ranking.Select(r => r.Point).FirstOrDefault(p => data.Axes.SelectMany(a => a.Parameters)
            .All(name => p.Trials[0].Recorded.Settings.GetValueOrDefault(name)?.Text == defaults.GetValueOrDefault(name)));
        return atDefaults is not null && data.Axes.Count > 0 ? (atDefaults, "the defaults")
            : ranking.Count > 0 ? (ranking[0].Point, "the best point, the defaults not being in the sweep")
            : (null, "");
    }
}
