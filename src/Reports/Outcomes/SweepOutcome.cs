using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Outcomes;

/// <summary>What a sweep has come to, as text for a screen: the report's own sentences, and the points by rank.</summary>
public sealed record SweepOutcome
{
    /// <summary>From so many trials on a screen does without an outcome: to work it out would take longer than anybody waits.</summary>
    public const int MostTrials = 50_000;

    /// <summary>The sentences that the report begins with, without markup.</summary>
    public required IReadOnlyList<string> Answer { get; init; }

    /// <summary>What points are ranked by, such as <c>output/accuracy</c>.</summary>
    public required string Objective { get; init; }

    /// <summary>Which end of it is good.</summary>
    public required bool MoreIsBetter { get; init; }

    /// <summary>The short names of the axes, in the order of <see cref="OutcomePoint.Levels"/>.</summary>
    public required IReadOnlyList<string> Axes { get; init; }

    /// <summary>The names of the spaces, in the order of <see cref="OutcomePoint.Lives"/>.</summary>
    public required IReadOnlyList<string> Spaces { get; init; }

    /// <summary>The best first; those without a score come last, in the order in which they run.</summary>
    public required IReadOnlyList<OutcomePoint> Points { get; init; }

    /// <summary>
    /// What trials share as input, by the settings that decide it, such as <c>backbone.seed 3</c>; empty where there is one, or where nobody can
    /// tell which is whose.
    /// </summary>
    public required IReadOnlyList<(string Settings, PanelRow Panel)> Inputs { get; init; }

    /// <param name="options">As for the report, so that both say the same.</param>
    /// <returns>Null where there is nothing that trials could be ranked by.</returns>
    public static SweepOutcome? Of(IStoreReader store, ReportOptions options)
    {
        if (Headlines.Objective(store.Vocabulary) is null) return null;

        var data = ReportData.Of(store, options);
        var findings = Findings.Of(data, options.Baseline);
        var ranked = findings.Ranking.ToHashSet();
        var ids = ShortIds.Of(data.Trials.Select(t => t.Id));
        return new SweepOutcome
        {
            Answer = [.. AnswerSection.Sentences(data, findings).Select(PlainText.Of)],
            Objective = data.Objective.Name,
            MoreIsBetter = data.Objective.Maximize,
            Axes = [.. data.Axes.Select(a => a.ShortName)],
            Spaces = [.. data.Spaces.Select(s => s.Name)],
            Inputs = [.. data.Inputs.Groups.SelectMany(g => g.Panels.Select(p => (g.Description, p.Panel.Row)))],
            Points = [.. findings.Ranking.Concat(data.Points.Where(p => !ranked.Contains(p))).Select(p => PointOf(p, data, ids))],
        };
    }

    private static OutcomePoint PointOf(ReportPoint point, ReportData data, ShortIds ids)
    {
        var statistics = point.Statistics();
        return new OutcomePoint(
            [.. data.Axes.Zip(point.Levels).Select(a => a.First.Levels[a.Second])],
            statistics.Mean is null ? null : Spans.Mean(statistics),
            statistics.Low is null ? null : Spans.Of(statistics, data.Objective, " … "),
            [.. data.Spaces.Select(space => SpaceLife.Of(point, space))],
            ids.Shorten((point.Trials.FirstOrDefault(t => t.IsScored) ?? point.Trials[0]).Id),
            point.Trials.Count,
            [
                .. point.Trials.Where(t => t.State != TrialState.Completed).GroupBy(t => t.State).OrderBy(g => g.Key)
                    .Select(g => (TrialStates.Text(g.Key), g.Count())),
            ]);
    }
}

/// <summary>One point of an outcome.</summary>
/// <param name="Levels">Its value on every axis.</param>
/// <param name="Mean">Of the objective over the seeds, with as many digits as the interval bears; null without a score.</param>
/// <param name="Interval">The 95 % interval of the mean; null with fewer than two seeds that have a score.</param>
/// <param name="Lives">How its seeds fare in each space.</param>
/// <param name="Trial">The beginning of the id of its first trial that has a score, or of its first trial.</param>
/// <param name="Trials">How many trials it has.</param>
/// <param name="NotCompleted">How many trials are in each state but <c>completed</c>.</param>
public sealed record OutcomePoint(
    IReadOnlyList<string> Levels,
    string? Mean,
    string? Interval,
    IReadOnlyList<SpaceLife> Lives,
    string Trial,
    int Trials,
    IReadOnlyList<(string State, int Count)> NotCompleted);
