using VicRegSweeps.Reports.Statistics;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>What the data say, worked out once for all sections.</summary>
internal sealed record Findings
{
    /// <summary>What the objective depends on.</summary>
    public required Influence Score { get; init; }

    /// <summary>What the life of each space depends on: of 1 for a trial with the healthy verdict and 0 for another.</summary>
    public required IReadOnlyDictionary<ReportSpace, Influence> Life { get; init; }

    public required IReadOnlyDictionary<ReportSpace, Survival> Survival { get; init; }

    /// <summary>Points with a score, the best first.</summary>
    public required IReadOnlyList<ReportPoint> Ranking { get; init; }

    /// <summary>How many points share the best mean score.</summary>
    public required int Ties { get; init; }

    public required Comparisons Comparisons { get; init; }

    /// <summary>What others are compared with; null without points that have a score.</summary>
    public required ReportPoint? Baseline { get; init; }

    /// <summary>Why it is the baseline, such as <c>the defaults</c>.</summary>
    public required string BaselineIs { get; init; }

    /// <summary>Whether the baseline was chosen by its score, which differences to it have to bear.</summary>
    public required bool IsBaselineBest { get; init; }

    /// <summary>See <see cref="BestOfMany.Optimism"/>.</summary>
    public required double? Optimism { get; init; }

    /// <param name="baseline">The beginning of a trial's id; null to choose.</param>
    /// <exception cref="SweepEngine.SweepException">There is no such trial, or several.</exception>
    public static Findings Of(ReportData data, string? baseline)
    {
        var ranking = data.Ranking();
        var (point, why, isBest) = BaselineOf(data, ranking, baseline);
        var design = SeedDesign.Of(data.Points.Select(p => p.Scores()));
        return new Findings
        {
            Score = Influence.Of(data, t => t.Score),
            Life = data.Spaces.ToDictionary(s => s, s => Influence.Of(data, t => t.IsAlive(s) switch { true => 1, false => 0, null => null })),
            Survival = data.Spaces.ToDictionary(s => s, s => Analysis.Survival.Of(data, s)),
            Ranking = ranking,
            Ties = ranking.TakeWhile(p => Rounding.IsTie(p.Mean!.Value, ranking[0].Mean!.Value)).Count(),
            Comparisons = new Comparisons(design),
            Baseline = point,
            BaselineIs = why,
            IsBaselineBest = isBest,
            Optimism = BestOfMany.Optimism(data.Points.Select(p => p.Scores()), design),
        };
    }

    private static (ReportPoint? Point, string Why, bool IsBest) BaselineOf(ReportData data, IReadOnlyList<ReportPoint> ranking, string? baseline)
    {
        if (baseline is not null)
        {
            var trial = TrialLookup.Find(data.Trials, t => t.Id, baseline, "--baseline");
            return (trial.Point, $"the point of trial {trial.Id}", false);
        }

        var defaults = data.Store.Parameters.ToDictionary(p => p.Name, p => p.Default, StringComparer.Ordinal);
        var levels = data.Axes.Select(a => a.Settings.Index().FirstOrDefault(
            level => level.Item.SequenceEqual(a.Parameters.Select(name => defaults.GetValueOrDefault(name))), (-1, [])).Index).ToList();
        return data.Axes.Count > 0 && ranking.FirstOrDefault(p => p.Levels.SequenceEqual(levels)) is { } atDefaults ? (atDefaults, "the defaults", false)
            : ranking.Count > 0 ? (ranking[0], "the best point, the defaults not being in the sweep", true)
            : (null, "", false);
    }
}
