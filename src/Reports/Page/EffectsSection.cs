using static VicRegSweeps.Reports.HtmlWriter;

namespace VicRegSweeps.Reports;

/// <summary>What matters: analysis of variance, main effects, and points against a baseline.</summary>
internal static class EffectsSection
{
    private const int MostEffects = 20;
    private const int MostPoints = 20;

    public static void Write(HtmlWriter page, ReportData data, Findings findings, Album album)
    {
        if (findings.Score.Trials == 0)
        {
            page.Element("p", "No trial has a score yet.");
            return;
        }

        if (data.Axes.Count == 0)
        {
            page.Element("p", "There is one point, so there is nothing to compare.");
            return;
        }

        Shares(page, data, findings.Score, data.Objective.Name, isFirst: true);
        foreach (var space in ReportData.Spaces)
        {
            var survival = findings.Survival[space];
            if (survival.Alive > 0 && survival.Alive < survival.Judged) Shares(page, data, findings.Life[space], $"the {space}'s life", isFirst: false);
        }

        album.Show(page, EffectFigures.Main(data));
        Points(page, data, findings);
    }

    private static void Shares(HtmlWriter page, ReportData data, Influence influence, string what, bool isFirst)
    {
        page.Element("h3", $"What {what} depends on");
        if (influence.Exact is not { } anova)
        {
            page.Element("p", $"Not an exact analysis of variance: {influence.Incomplete} The shares below are of each axis by itself (one-way η²); they overlap and do not add up. n = {Shown.Count(influence.Trials, "trial")}.", "class=\"note\"");
            Bars(page, $"Share of the variance that goes with each axis by itself, of {what}", [], influence.Order.Select(axis =>
                (data.Axes[axis].Name, influence.Alone[axis], (IReadOnlyList<string>)[])));
            return;
        }

        page.Element("p", Invariant($"Exact analysis of variance: a full factorial of {anova.Cells} points × {Shown.Count(anova.SeedCount, "seed")}, n = {influence.Trials}. ")
            + (anova.Noise is null
                ? "With one seed there is no noise to compare with, so there are shares but no F and p."
                : isFirst ? "Seeds are blocks, since trials of one seed share their randomness. Shares add up to 100 %."
                : "The number is 1 for a trial that is alive and 0 for one that has collapsed; F and p need noise, and are rough for such numbers."),
            "class=\"note\"");
        var rows = anova.Effects.OrderByDescending(e => e.Share).Take(MostEffects)
            .Select(e => (string.Join(" × ", e.Factors.Select(f => data.Axes[f].Name)), e)).ToList();
        var rest = anova.Effects.Count - rows.Count;
        if (rest > 0)
        {
            var small = anova.Effects.OrderByDescending(e => e.Share).Skip(MostEffects).ToList();
            rows.Add(($"{rest} smaller effects", new AnovaEffect([], small.Sum(e => e.Freedom), small.Sum(e => e.SumOfSquares), small.Sum(e => e.Share), null, null)));
        }

        if (anova.Higher is { } higher) rows.Add(($"interactions of more than {Anova.MostFactors}", higher));
        if (anova.Seeds is { } seeds) rows.Add(("seed, for all points alike", seeds));
        if (anova.Noise is { } noise) rows.Add(("seed × point: noise", noise));
        Bars(page, $"Analysis of variance of {what}", ["df", "F", "p"], rows.Select(r => (r.Item1, r.Item2.Share, (IReadOnlyList<string>)
            [Invariant($"{r.Item2.Freedom}"), r.Item2.F is { } f ? Shown.Number(f, 3) : "–", r.Item2.P is { } p ? P(p) : "–"])));
    }

    private static string P(double p) => p < 1e-4 ? "< 0.0001" : Shown.Number(p, 2);

    private static void Bars(HtmlWriter page, string caption, IReadOnlyList<string> more, IEnumerable<(string Name, double Share, IReadOnlyList<string> More)> rows)
    {
        page.Markup("<div class=\"scroll\" tabindex=\"0\"><table class=\"bars\">").Element("caption", caption)
            .Markup("<thead><tr><th scope=\"col\">source</th><th scope=\"col\" class=\"n\">share</th><th aria-hidden=\"true\"></th>");
        foreach (var name in more) page.Element("th", name, "scope=\"col\" class=\"n\"");
        page.Markup("</tr></thead><tbody>\n");
        foreach (var (name, share, cells) in rows)
        {
            page.Markup($"<tr><th scope=\"row\">{Html.Name(name)}</th>").Element("td", Shown.Percent(share), "class=\"n\"")
                .Markup(Invariant($"<td aria-hidden=\"true\" class=\"bar\"><i style=\"width:{Math.Max(0.3, 100 * share):0.##}%\"></i></td>"));
            foreach (var cell in cells) page.Element("td", cell, "class=\"n\"");
            page.Markup("</tr>\n");
        }

        page.Markup("</tbody></table></div>\n");
    }

    private static void Points(HtmlWriter page, ReportData data, Findings findings)
    {
        if (findings.Baseline is not { } baseline || findings.Ranking.Count < 2) return;

        var metric = data.Objective.Index;
        page.Element("h3", "Points against a baseline");
        page.Element(
            "p",
            $"The baseline is {data.Describe(baseline.Levels)} ({findings.BaselineIs}; --baseline TRIAL chooses another). Differences are paired: "
            + "trials of one seed share data order, views and dropout, so they are taken seed by seed. An interval that does not hold 0 is marked *; "
            + $"of {findings.Ranking.Count - 1} such intervals about one in twenty misses by chance.",
            "class=\"note\"");
        var names = data.Axes.Select(a => a.ShortName).ToList();
        page.Table(
            findings.Ranking.Count > MostPoints ? $"The best {MostPoints} of {findings.Ranking.Count} points by {data.Objective.Name}; all are in summary.csv" : $"Points by {data.Objective.Name}",
            [.. names, "mean", "sd", "95 % interval", "n", "stopped", "difference", "95 % interval", "pairs"],
            findings.Ranking.Take(MostPoints).Select(r =>
            {
                var difference = PairedDifference.Of(r.Point.Values(metric), baseline.Values(metric));
                var isBaseline = r.Point.Id == baseline.Id;
                return (IReadOnlyList<string>)
                [
                    .. data.Axes.Zip(r.Point.Levels).Select(a => a.First.Levels[a.Second]),
                    Number(r.Statistics.Mean), Number(r.Statistics.StandardDeviation, 2), Interval(r.Statistics), Invariant($"{r.Statistics.N}"),
                    Invariant($"{r.Point.Censored}"),
                    isBaseline ? "baseline" : Number(difference.Mean, 3),
                    isBaseline ? "" : Interval(difference) + (difference.Low > 0 || difference.High < 0 ? " *" : ""),
                    isBaseline ? "" : Invariant($"{difference.N}"),
                ];
            }),
            [.. Enumerable.Range(names.Count, 8)]);
    }

    private static string Number(double? value, int digits = 4) => value is { } number ? Shown.Number(number, digits) : "–";

    private static string Interval(SampleStatistics s) => s.Low is { } low ? $"{Shown.Number(low, 3)} … {Shown.Number(s.High!.Value, 3)}" : "–";
}
