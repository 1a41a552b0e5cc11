using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;
using static System.FormattableString;

namespace VicRegSweeps.Reports.Page;

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
        foreach (var space in data.Spaces)
        {
            var survival = findings.Survival[space];
            if (survival.Alive > 0 && survival.Alive < survival.Judged)
                Shares(page, data, findings.Life[space], $"whether the {space.Name} stays alive", isFirst: false);
        }

        album.Show(page, EffectFigures.Main(data));
        Points(page, data, findings);
    }

    private static void Shares(HtmlWriter page, ReportData data, Influence influence, string what, bool isFirst)
    {
        page.Element("h3", isFirst ? $"What {what} depends on" : $"What decides {what}");
        if (!influence.HasShares)
        {
            page.Element(
                "p",
                "No axis has a level with two trials, so each would go with all of the variance, whatever it is worth: there are no shares to show. "
                + "More seeds would give them.",
                "class=\"note\"");
            return;
        }

        if (influence.Exact is not { } anova)
        {
            page.Element(
                "p",
                $"Not an exact analysis of variance: {influence.Incomplete} The shares below are of each axis by itself ({influence.How}); "
                + $"they overlap and do not add up. {influence.Over}.",
                "class=\"note\"");
            Bars(page, $"Share of the {influence.SharesAreOf} that goes with each axis by itself, of {what}", [], influence.Order
                .Where(axis => influence.Alone[axis] is not null).Select(axis =>
                (data.Axes[axis].Name, influence.Alone[axis]!.Value, (IReadOnlyList<string>)[])));
            return;
        }

        page.Element("p", Invariant(
            $"Exact analysis of variance: a full factorial of {anova.Cells} points × {Shown.Count(anova.SeedCount, "seed")}, n = {influence.Trials}. ")
            + (anova.Noise is null
                ? "With one seed there is no noise to compare with, so there are shares but no F and p; what seeds would scatter is in the largest interaction."
                : isFirst ? "Seeds are blocks, since trials of one seed share their randomness. Shares add up to 100 %."
                : "The number is 1 for a trial that is alive and 0 for one that has "
                    + $"{data.Words.Defect.Participle}; F and p need noise, and are rough for such numbers."),
            "class=\"note\"");
        var rows = anova.Effects.OrderByDescending(e => e.Share).Take(MostEffects)
            .Select(e => (string.Join(" × ", e.Factors.Select(f => data.Axes[f].Name)), e)).ToList();
        var rest = anova.Effects.Count - rows.Count;
        if (rest > 0)
        {
            var small = anova.Effects.OrderByDescending(e => e.Share).Skip(MostEffects).ToList();
            rows.Add(($"{rest} smaller effects",
                new AnovaEffect([], small.Sum(e => e.Freedom), small.Sum(e => e.SumOfSquares), small.Sum(e => e.Share), null, null)));
        }

        if (anova.Higher is { } higher) rows.Add(($"interactions of more than {Anova.MostFactors}", higher));
        if (anova.Seeds is { } seeds) rows.Add(("seed, for all points alike", seeds));
        if (anova.Noise is { } noise) rows.Add(("seed × point: noise", noise));
        Bars(page, $"Analysis of variance of {what}", ["df", "F", "p"], rows.Select(r => (r.Item1, r.Item2.Share, (IReadOnlyList<string>)
            [Invariant($"{r.Item2.Freedom}"), r.Item2.F is { } f ? Shown.Number(f, 3) : "–", r.Item2.P is { } p ? Shown.Chance(p) : "–"])));
    }

    private static void Bars(HtmlWriter page, string caption, IReadOnlyList<string> more,
        IEnumerable<(string Name, double Share, IReadOnlyList<string> More)> rows)
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

        page.Element("h3", "Points against a baseline");
        page.Element(
            "p",
            $"The baseline is {data.Describe(baseline.Levels)} ({findings.BaselineIs}; --baseline TRIAL chooses another). "
            + $"{HowDifferences(findings)} An interval that does not hold 0 is marked *.",
            "class=\"note\"");
        page.Table(
            findings.Ranking.Count > MostPoints
                ? $"The best {MostPoints} of {findings.Ranking.Count:#,0} points by {data.Objective.Name}; all are in summary.csv"
                : $"Points by {data.Objective.Name}",
            [data.LabelHeader ?? "point", "mean", "95 % interval", "n", "difference", "95 % interval", "df", "sd", "stopped"],
            findings.Ranking.Take(MostPoints).Select(point => Row(data, findings, point, baseline)),
            [.. Enumerable.Range(1, 8)]);
    }

    private static IReadOnlyList<string> Row(ReportData data, Findings findings, ReportPoint point, ReportPoint baseline)
    {
        var statistics = point.Statistics();
        var difference = findings.IsBaselineBest
            ? findings.Comparisons.OfAnyTwo(point.Scores(), baseline.Scores())
            : findings.Comparisons.ToBaseline(point.Scores(), baseline.Scores());
        var isBaseline = point == baseline;
        return
        [
            data.Label(point.Levels),
            Spans.Mean(statistics), Spans.Of(statistics, data.Objective), Invariant($"{statistics.N}"),
            isBaseline ? "baseline" : baseline.Mean is null ? "–" : Spans.Mean(difference),
            isBaseline ? "" : Spans.Of(difference) + (difference.IsTold ? " *" : ""),
            isBaseline || difference.Freedom is not { } freedom ? "" : Shown.Number(freedom, 3),
            statistics.StandardDeviation is { } deviation ? Shown.Number(deviation, 2) : "–",
            Invariant($"{point.Censored}"),
        ];
    }

    /// <summary>What the intervals of differences are made of, why, and for how many they hold.</summary>
    private static string HowDifferences(Findings findings)
    {
        var design = findings.Comparisons.Design;
        if (design.Correlation is not { } correlation || design.Variance is not { } variance)
        {
            return "Too few points have two seeds in common, so differences of points with several seeds have Welch's interval, and others have none.";
        }

        var common = $"The seeds' correlation between points is {Shown.Number(Math.Round(correlation, 2), 2)}.";
        if (design.IsPooled)
        {
            return Invariant($"{common} All points have the same seeds and scatter alike (Bartlett's p {Shown.Chance(design.EqualScatter!.Value)}), ")
                + Invariant($"so differences take the residual of all, with seeds as blocks: ")
                + Invariant($"sd {Shown.Number(Math.Sqrt(variance), 2)}, {design.Freedom:#,0} degrees of freedom. ")
                + (findings.IsBaselineBest
                    ? "The baseline was chosen by its score, so the intervals are those that hold for all pairs of points at once (Tukey)."
                    : "The intervals of all differences hold at once (Dunnett).");
        }

        var why = !design.IsBalanced ? "The points do not all have the same seeds" : design.Points < 3 ? "There are two points"
            : $"The points do not scatter alike (Bartlett's p {Shown.Chance(design.EqualScatter!.Value)})";
        var gain = SeedDesign.PairingGainsFrom(design.Seeds);
        return $"{common} {why}, so each difference is of its two points alone: "
            + (correlation > gain ? "seed by seed, since with that correlation"
                : $"Welch's, not seed by seed, since only above a correlation of {Shown.Number(gain, 2)}")
            + $" pairing {design.Seeds} seeds gains more than the degrees of freedom that it costs. These intervals are not corrected for their number: of {findings.Ranking.Count - 1:#,0} about one in twenty misses by chance.";
    }
}
