using static VicRegSweeps.Reports.HtmlWriter;

namespace VicRegSweeps.Reports;

/// <summary>The question and its answer: what matters most, the best point, how much collapsed, and what to be wary of.</summary>
internal static class AnswerSection
{
    private const int MostLevels = 6;

    public static void Write(HtmlWriter page, ReportData data, Findings findings)
    {
        page.Markup("<div class=\"answer\">\n");
        foreach (var sentence in Sentences(data, findings)) page.Markup("<p>").Markup(sentence).Markup("</p>\n");
        page.Markup("</div>\n");
        var caveats = Caveats(data, findings).ToList();
        if (caveats.Count == 0) return;

        page.Markup("<details class=\"caveats\" open><summary>Mind</summary><ul>\n");
        foreach (var caveat in caveats) page.Element("li", caveat);
        page.Markup("</ul></details>\n");
    }

    /// <summary>Markup: names and values in bold.</summary>
    private static IEnumerable<string> Sentences(ReportData data, Findings findings)
    {
        if (data.Trials.Count == 0)
        {
            yield return "There is no answer yet: the sweep has no trials.";
            yield break;
        }

        if (!data.Trials.Any(t => t.Counts))
        {
            yield return data.Status.Failed == data.Trials.Count
                ? $"There is no answer: all {Shown.Count(data.Trials.Count, "trial")} failed. <a href=\"#health\">Why</a>"
                : $"There is no answer yet: none of the {Shown.Count(data.Trials.Count, "trial")} has finished.";
            yield break;
        }

        foreach (var space in ReportData.Spaces)
        {
            if (Alive(data, findings, space) is { } sentence) yield return sentence;
        }

        if (Matters(data, findings) is { } matters) yield return matters;
        if (Best(data, findings) is { } best) yield return best;
    }

    private static string? Alive(ReportData data, Findings findings, string space)
    {
        var survival = findings.Survival[space];
        if (survival.Judged == 0) return null;

        var gone = survival.Dimensional + survival.Complete;
        var count = Invariant($"The <b>{space}</b> collapsed in <b>{gone} of {survival.Judged}</b> trials");
        var how = (survival.Complete, survival.Dimensional) switch
        {
            (0, 0) => "",
            (_, 0) => " (all completely)",
            (0, _) => " (all in dimension)",
            _ => Invariant($" ({survival.Complete} completely, {survival.Dimensional} in dimension)"),
        };
        if (survival.Alive == 0) return $"{count}{how}: nothing kept it alive.";
        if (!survival.HasBox) return $"{count}{how}.{ByAxis(data, findings.Life[space], space)}";

        var box = string.Join(" and ", survival.Box.Index().Where(b => b.Item is not null).Select(b =>
            $"<b>{Html.Text(data.Axes[b.Index].Name)}</b> {Html.Text(Either([.. b.Item!.Select(level => data.Axes[b.Index].Levels[level])]))}"));
        return survival.InBox == survival.Alive
            ? $"{count}{how}. It stays alive exactly with {box}."
            : Invariant($"{count}{how}. It stays alive only with {box}, and there in {survival.Alive} of {survival.InBox}.");
    }

    /// <summary>How collapse goes with the axis that matters most for it.</summary>
    private static string ByAxis(ReportData data, Influence life, string space)
    {
        if (data.Axes.Count == 0 || life.Alone.All(a => a == 0)) return "";

        var axis = life.Order[0];
        var levels = data.Trials.Where(t => t.IsAlive(space) is not null).GroupBy(t => t.Levels[axis]).OrderBy(g => g.Key).ToList();
        if (levels.Count > MostLevels) return $" <b>{Html.Text(data.Axes[axis].Name)}</b> goes with {Shown.Percent(life.Alone[axis])} of whether it does.";

        return $" By <b>{Html.Text(data.Axes[axis].Name)}</b>: " + string.Join(", ", levels.Select(g =>
            Invariant($"{g.Count(t => t.IsAlive(space) == false)} of {g.Count()} at ") + Html.Text(data.Axes[axis].Levels[g.Key]))) + ".";
    }

    private static string Either(IReadOnlyList<string> levels) =>
        levels.Count == 1 ? $"= {levels[0]}" : $"of {string.Join(", ", levels.SkipLast(1))} or {levels[^1]}";

    private static string? Matters(ReportData data, Findings findings)
    {
        if (data.Axes.Count == 0 || findings.Score.Trials < 2 || findings.Score.Alone.All(a => a == 0)) return null;

        var name = Html.Text(data.Objective.Name);
        if (findings.Score.Exact is not { } anova)
        {
            var axis = findings.Score.Order[0];
            return $"<b>{Html.Text(data.Axes[axis].Name)}</b> matters most for {name}: by itself it goes with <b>{Shown.Percent(findings.Score.Alone[axis])}</b> of its variance "
                + $"(one-way η², n = {findings.Score.Trials}; {Html.Text(findings.Score.Incomplete)})";
        }

        var most = anova.Effects.MaxBy(e => e.Share)!;
        var what = string.Join(" × ", most.Factors.Select(f => $"<b>{Html.Text(data.Axes[f].Name)}</b>"));
        var kind = most.Factors.Count == 1 ? "" : "the interaction ";
        var p = most.P is { } value ? $", p {(value < 0.001 ? "< 0.001" : $"= {Shown.Number(value, 2)}")}" : "";
        return $"{(kind.Length > 0 ? "The interaction " : "")}{what} matters most for {name}: it accounts for <b>{Shown.Percent(most.Share)}</b> of the variance "
            + Invariant($"(exact analysis of variance of {anova.Cells} points × {Shown.Count(anova.SeedCount, "seed")}{p}).");
    }

    private static string? Best(ReportData data, Findings findings)
    {
        if (findings.Ranking is not [var best, ..]) return null;

        var input = data.Baselines.Select(b => b.Row.Metrics.FirstOrDefault(m => data.Objective.Name == $"embedding/{m.Key}").Value).OfType<double>().ToList();
        var against = input.Count == 0 ? "" : $" The backbone's own features score {string.Join(" or ", input.Select(v => Shown.Number(v, 3)))}.";
        return $"The <b>best point</b> by {Html.Text(data.Objective.Name)} is <b>{Html.Text(data.Describe(best.Point.Levels))}</b>: "
            + $"{Interval(best.Statistics)}.{RunnerUp(data, findings)}{against}";
    }

    private static string RunnerUp(ReportData data, Findings findings)
    {
        if (findings.Ranking is not [var best, var second, ..]) return "";

        var difference = PairedDifference.Of(best.Point.Values(data.Objective.Index), second.Point.Values(data.Objective.Index));
        if (difference.N == 0) return "";

        var verdict = difference.Low is null ? "with one seed in common, nothing says whether that is chance"
            : difference.Low > 0 || difference.High < 0 ? "the seeds tell them apart" : "the seeds do not tell them apart";
        return $" The next, {Html.Text(data.Describe(second.Point.Levels))}, differs by {Interval(difference, 3)}: {verdict}.";
    }

    /// <summary>Markup.</summary>
    private static string Interval(SampleStatistics statistics, int digits = 4) => statistics.Low is null
        ? $"<b>{Shown.Number(statistics.Mean!.Value, digits)}</b> (n = {statistics.N}, no interval)"
        : $"<b>{Shown.Number(statistics.Mean!.Value, digits)}</b> (95 % interval {Shown.Number(statistics.Low.Value, 3)} to {Shown.Number(statistics.High!.Value, 3)}, n = {statistics.N})";

    private static IEnumerable<string> Caveats(ReportData data, Findings findings)
    {
        var unfinished = data.Status.Pending + data.Status.Running;
        if (unfinished > 0) yield return $"{Shown.Count(unfinished, "trial")} of {data.Trials.Count} have not finished; what is said here may change.";
        if (data.Status.Failed > 0 && data.Status.Failed < data.Trials.Count) yield return $"{Shown.Count(data.Status.Failed, "trial")} failed and count nowhere.";
        var censored = data.Trials.Count(t => t.IsCensored);
        if (censored > 0) yield return $"{Shown.Count(censored, "trial")} were stopped early (censored, ◌): their values are those of an earlier step, and count as they are.";
        if (!data.Trials.Any(t => t.Counts)) yield break;

        if (data.Seeds.Count == 1) yield return "There is one seed: differences between points cannot be told from differences between seeds.";
        if (findings.Score.Incomplete is { } incomplete && data.Axes.Count > 0) yield return $"No exact analysis of variance: {incomplete}";
        if (findings.Optimism is { } optimism)
        {
            yield return $"The best of {findings.Ranking.Count} points is picked by its score, so the score flatters it: were all points equally good, "
                + $"the best would still exceed their mean by about {Shown.Number(optimism, 2)}. New seeds would tell.";
        }

        if (data.Seeds.Count is > 1 and < 5) yield return $"Intervals are Student's t over {data.Seeds.Count} seeds: wide, and right only if seeds scatter about normally.";
    }
}
