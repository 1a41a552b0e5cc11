using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Tables;
using static System.FormattableString;

namespace VicRegSweeps.Reports.Page;

/// <summary>How a search went that chose its points in generations.</summary>
internal static class SearchSection
{
    public const string Id = "search", Title = "The search";

    public static void Write(HtmlWriter page, SearchCourse course, Findings findings, Album album)
    {
        var data = course.Data;
        var planned = data.Sweeps.Max(s => s.Generations);
        page.Element(
            "p",
            $"Each generation after the first was chosen by the results of those before, where the best {data.Objective.Name} was believed to be. "
            + "So the points are no factorial and no even sample: they crowd where results are good. "
            + "Means over them say what was run, not what an axis does everywhere.",
            "class=\"note\"");
        page.Table(
            Invariant($"The generations; {course.Generations} of {planned} {(course.Generations == 1 ? "is" : "are")} in the store"),
            ["generation", "points", "trials", "ended", "failed", $"mean {data.Objective.Name}", "best mean", "of the point"],
            course.Points.GroupBy(p => p.Generation).Select(g => Row(course, g.Key, [.. g.Select(p => p.Point)])),
            [1, 2, 3, 4, 5, 6]);
        if (findings.Score.Trials == 0) return;

        album.Show(page, SearchFigures.Best(course));
        if (data.Axes.Count == 0) return;

        album.Show(page, SearchFigures.Went(course));
        if (SearchFigures.Map(course, findings.Score) is { } map) album.Show(page, map);
    }

    private static IReadOnlyList<string> Row(SearchCourse course, int generation, IReadOnlyList<ReportPoint> points)
    {
        var (data, trials) = (course.Data, points.SelectMany(p => p.Trials).ToList());
        var scored = points.Where(p => p.Mean is not null).ToList();
        var best = scored.Count == 0 ? null : data.Objective.Maximize ? scored.MaxBy(p => p.Mean) : scored.MinBy(p => p.Mean);
        return
        [
            Invariant($"{generation}"), Invariant($"{points.Count:#,0}"), Invariant($"{trials.Count:#,0}"),
            Invariant($"{trials.Count(t => t.Counts || t.State == SweepEngine.Running.TrialState.Failed):#,0}"),
            Invariant($"{trials.Count(t => t.State == SweepEngine.Running.TrialState.Failed):#,0}"),
            scored.Count == 0 ? "–" : Shown.Number(scored.Average(p => p.Mean!.Value), 3),
            best is null ? "–" : Shown.Number(best.Mean!.Value, 3),
            best is null ? "–" : data.Label(best.Levels),
        ];
    }
}
