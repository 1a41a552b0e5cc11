using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Figures;

namespace VicRegSweeps.Reports.Page;

/// <summary>The trials one by one: parallel coordinates, slices and a table that share one filter, and the seeds.</summary>
internal static class TrialsSection
{
    public static void Write(HtmlWriter page, ReportData data, Findings findings, Album album)
    {
        if (data.Trials.Count == 0)
        {
            page.Element("p", "There are no trials.");
            return;
        }

        if (!data.Listed.AreAll)
        {
            page.Element(
                "p",
                $"Of {data.Listed.All:#,0} trials this page lists {data.Listed.Trials.Count:#,0}: {data.Listed.Sampled:#,0} that were drawn by lot, "
                + $"and the best of the others by {data.Objective.Name}. "
                + "The others are left out, so that the page opens; trials.csv of vicreg-sweep export has them all, and --where chooses some. "
                + "Everything above and the figures are over all trials.",
                "class=\"note\"");
        }

        page.Markup("<div id=\"filter\" class=\"live\"></div>\n")
            .Markup("<h3 class=\"no-print\">Parallel coordinates</h3>\n<div id=\"parallel\" class=\"live no-print\"></div>\n")
            .Markup("<h3 class=\"no-print\">Slices</h3>\n<div id=\"slices\" class=\"live no-print\"></div>\n")
            .Markup("<h3>Table</h3>\n<div id=\"table\" class=\"live\"></div>\n")
            .Markup("<noscript><p>Without scripts there is no table here; trials.csv of vicreg-sweep export has every number.</p></noscript>\n");
        if (findings.Ranking.Count == 0) return;

        var seeds = EffectFigures.Seeds(data, findings.Ranking);
        page.Element("h3", seeds.Title).Element("p", $"{seeds.Subtitle} {seeds.Description}", "class=\"note\"");
        SeedStrips.Write(page, data, findings.Ranking);
        album.Keep(page, seeds);
    }
}
