using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;
using static System.FormattableString;

namespace VicRegSweeps.Reports.Page;

/// <summary>Every seed of the best points on one scale, a strip a point, with the point's settings as text beside it: on any width of page.</summary>
internal static class SeedStrips
{
    private const int Ticks = 4;

    /// <summary>Of seeds in one strip: more lie on each other.</summary>
    private const int MostDots = 200;

    public static void Write(HtmlWriter page, ReportData data, IReadOnlyList<ReportPoint> ranking)
    {
        var shown = ranking.Take(EffectFigures.MostPoints).Select(p => (Point: p, Statistics: p.Statistics())).ToList();
        var values = shown.SelectMany(p => p.Point.Scores().Values.Concat(Ends(data, p.Statistics))).ToList();
        var (low, high) = (values.Min(), values.Max());
        if (high <= low) (low, high) = (low - 0.5, high + 0.5);

        page.Markup("<div class=\"strips\">\n<div class=\"strip head\"><span></span><svg aria-hidden=\"true\">");
        for (var tick = 0; tick <= Ticks; tick++)
        {
            var anchor = tick == 0 ? "start" : tick == Ticks ? "end" : "middle";
            var value = Shown.Number(low + ((high - low) * tick / Ticks), 3);
            page.Markup(Invariant($"<text x=\"{100 * tick / Ticks}%\" y=\"14\" text-anchor=\"{anchor}\">{value}</text>"));
        }

        page.Markup("</svg><b>mean</b></div>\n");
        foreach (var (point, statistics) in shown)
        {
            page.Markup("<div class=\"strip\">").Element("span", Invariant($"{data.Label(point.Levels)} (n = {statistics.N})"))
                .Markup("<svg aria-hidden=\"true\">");
            if (Ends(data, statistics) is [var from, var to])
                page.Markup(Invariant($"<line x1=\"{At(from)}\" x2=\"{At(to)}\" y1=\"10\" y2=\"10\"/>"));
            foreach (var trial in point.Trials.Where(t => t.IsScored).Take(MostDots))
            {
                var look = trial.IsCensored ? " class=\"hollow\"" : "";
                page.Markup($"<circle cx=\"{At(trial.Score!.Value)}\" cy=\"10\" r=\"4\"{look} data-trial=\"{Html.Text(trial.Id)}\">")
                    .Element("title", $"{trial.Id}, seed {trial.Seed}: {Shown.Number(trial.Score.Value)}").Markup("</circle>");
            }

            page.Markup($"<line class=\"mean\" x1=\"{At(statistics.Mean!.Value)}\" x2=\"{At(statistics.Mean.Value)}\" y1=\"2\" y2=\"18\"/></svg>")
                .Element("b", Spans.Mean(statistics)).Markup("</div>\n");
        }

        page.Markup("</div>\n");

        string At(double value) => Invariant($"{100 * (value - low) / (high - low):0.##}%");
    }

    /// <summary>The two ends of the mean's interval; none for a single seed.</summary>
    private static double[] Ends(ReportData data, SampleStatistics statistics) =>
        data.Objective.Bounded(statistics) is ({ } low, { } high) ? [low, high] : [];
}
