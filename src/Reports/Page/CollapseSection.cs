using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Tables;

namespace VicRegSweeps.Reports.Page;

/// <summary>The map of verdicts: to choose from in the page, and as figures.</summary>
internal static class CollapseSection
{
    public static void Write(HtmlWriter page, ReportData data, Findings findings, Album album)
    {
        if (data.Trials.Count == 0)
        {
            page.Element("p", "There are no trials to map.");
            return;
        }

        if (data.Axes.Count == 0)
        {
            page.Element("p", $"There is one point, so there is no map. {Verdicts(data)}");
            return;
        }

        page.Element(
            "p",
            "Each cell takes seeds and all other axes together, unless you fix them. Failed trials (✕) have no value and stopped ones (◌) that of an earlier step; "
            + "both are counted in the cell, and a cell that was not run stays empty.",
            "class=\"note\"");
        page.Markup("<div id=\"map\" class=\"live\"></div>\n<noscript><p>Without scripts, the figures below show the map.</p></noscript>\n");
        if (data.MainSpace is not { } main) return;

        page.Markup("<details><summary>The map as figures</summary>\n");
        foreach (var figure in CollapseFigures.Of(data, findings.Life[main])) album.Show(page, figure);
        page.Markup("</details>\n");
    }

    private static string Verdicts(ReportData data) => string.Join(" ", data.Spaces.SelectMany(space => data.Trials
        .Where(t => t.Verdict(space) is not null).GroupBy(t => t.Verdict(space)!.Name)
        .Select(g => $"The {space.Name}'s verdict is {g.Key} in {Shown.Count(g.Count(), "trial")} (such as: {Evidence(data, g.First().Id, space)}).")));

    private static string? Evidence(ReportData data, string id, ReportSpace space) =>
        data.Store.Trials().First(t => t.Id == id).Panels[space.Index]?.Evidence;
}
