namespace VicRegSweeps.Reports;

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

        page.Markup("<div id=\"filter\" class=\"live\"></div>\n")
            .Markup("<h3>Parallel coordinates</h3>\n<div id=\"parallel\" class=\"live\"></div>\n")
            .Markup("<h3>Slices</h3>\n<div id=\"slices\" class=\"live\"></div>\n")
            .Markup("<h3>Table</h3>\n<div id=\"table\" class=\"live\"></div>\n")
            .Markup("<noscript><p>Without scripts there is no table here; trials.csv of vicreg-sweep export has every number.</p></noscript>\n");
        if (findings.Ranking.Count > 0) album.Show(page, EffectFigures.Seeds(data));
    }
}
