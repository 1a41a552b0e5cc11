using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Stores;
using static System.FormattableString;

namespace VicRegSweeps.Reports.Page;

/// <summary>The question and its answer: what matters most, the best point, how much collapsed, and what to be wary of.</summary>
internal static class AnswerSection
{
    private const int MostLevels = 6;
    private const int MostTies = 3;
    private const double Significant = 0.05;

    /// <summary>Of a sentence, in letters. Only one that names thousands of levels has more.</summary>
    private const int LongestSentence = 20_000;

    private const string TooLong = "A sentence is left out here, because the values in it are too long for a page. vicreg-sweep export has them.";

    public static void Write(HtmlWriter page, ReportData data, Findings findings)
    {
        page.Markup("<div class=\"answer\">\n");
        foreach (var sentence in Sentences(data, findings)) page.Markup("<p>").Markup(sentence.Length <= LongestSentence ? sentence : TooLong).Markup("</p>\n");
        page.Markup("</div>\n");
        var caveats = Caveats(data, findings).ToList();
        if (caveats.Count == 0) return;

        page.Markup("<details class=\"caveats\" open><summary>What to be wary of</summary><ul>\n");
        foreach (var caveat in caveats) page.Element("li", Shown.Cut(caveat, LongestSentence));
        page.Markup("</ul></details>\n");
    }

    /// <summary>The answer, a sentence or a few each. Markup: names and values in bold. Screens take the markup out.</summary>
    internal static IEnumerable<string> Sentences(ReportData data, Findings findings)
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

        foreach (var space in data.Spaces)
        {
            if (Alive(data, findings, space) is { } sentence) yield return sentence;
        }

        if (Matters(data, findings) is { } matters) yield return matters;
        if (Best(data, findings) is { } best) yield return best;
    }

    private static string? Alive(ReportData data, Findings findings, ReportSpace space)
    {
        var survival = findings.Survival[space];
        if (survival.Judged == 0) return null;

        var count = $"The <b>{Html.Text(space.Name)}</b> {Html.Text(data.Words.Defect.Past)} "
            + Invariant($"in <b>{survival.Judged - survival.Alive} of {survival.Judged}</b> trials");
        var gone = space.Space.Verdicts.Zip(survival.ByVerdict, (word, trials) => (How: Html.Text(word.How), Trials: trials))
            .Skip(1).Reverse().Where(v => v.Trials > 0).ToList();
        var how = (space.Space.Verdicts.Count, gone) switch
        {
            (1 or 2, _) or (_, []) => "",
            (_, [var all]) => $" (all {all.How})",
            _ => $" ({string.Join(", ", gone.Select(v => Invariant($"{v.Trials} {v.How}")))})",
        };
        if (survival.Alive == 0) return $"{count}{how}: nothing kept it alive.";
        // Hardly two points of a search share a number, so the numbers of those alive would only be listed.
        if (!survival.HasBox || data.IsSearch) return $"{count}{how}.{ByAxis(data, findings.Life[space], space)}";

        var box = string.Join(" and ", survival.Box.Index().Where(b => b.Item is not null).Select(b =>
            $"<b>{Html.Text(data.Axes[b.Index].Name)}</b> {Html.Text(Either([.. b.Item!.Select(level => data.Axes[b.Index].Levels[level])]))}"));
        return survival.InBox == survival.Alive
            ? $"{count}{how}. It stays alive exactly with {box}."
            : Invariant($"{count}{how}. It stays alive only with {box}, and there in {survival.Alive} of {survival.InBox}.");
    }

    /// <summary>How the bad verdicts go with the axis that matters most for it.</summary>
    private static string ByAxis(ReportData data, Influence life, ReportSpace space)
    {
        if (data.Axes.Count == 0 || !life.Alone.Any(a => a > 0)) return "";

        var axis = life.Order[0];
        var levels = data.Trials.Where(t => t.IsAlive(space) is not null).GroupBy(t => t.Levels[axis]).OrderBy(g => g.Key).ToList();
        if (levels.Count > MostLevels) return $" <b>{Html.Text(data.Axes[axis].Name)}</b> goes with {Shown.Percent(life.Alone[axis] ?? 0)} of whether it does.";

        return $" By <b>{Html.Text(data.Axes[axis].Name)}</b>: " + string.Join(", ", levels.Select(g =>
            Invariant($"{g.Count(t => t.IsAlive(space) == false)} of {g.Count()} at ") + Html.Text(data.Axes[axis].Levels[g.Key]))) + ".";
    }

    private static string Either(IReadOnlyList<string> levels) =>
        levels.Count == 1 ? $"= {levels[0]}" : $"of {string.Join(", ", levels.SkipLast(1))} or {levels[^1]}";

    private static string? Matters(ReportData data, Findings findings)
    {
        if (data.Axes.Count == 0 || findings.Score.Trials < 2 || findings.Ties == findings.Ranking.Count) return null;

        var name = Html.Text(data.Objective.Name);
        if (!findings.Score.HasShares)
        {
            return $"Whether anything matters for {name} cannot be told: no axis has a level with two trials, "
                + "so nothing is left over to compare its effect with.";
        }

        if (findings.Score.Exact is not { } anova)
        {
            var axis = findings.Score.Order[0];
            return findings.Score.Alone[axis] is not > 0 ? null
                : $"<b>{Html.Text(data.Axes[axis].Name)}</b> matters most for {name}: "
                + $"by itself it goes with <b>{Shown.Percent(findings.Score.Alone[axis]!.Value)}</b> of its {findings.Score.SharesAreOf} "
                + $"({findings.Score.How}, {findings.Score.Over}). That is no exact analysis of variance, since {Html.Text(findings.Score.Incomplete)}";
        }

        var most = anova.Effects.MaxBy(e => e.Share)!;
        var what = (most.Factors.Count > 1 ? "the interaction " : "") + string.Join(" × ", most.Factors.Select(f => $"<b>{Html.Text(data.Axes[f].Name)}</b>"));
        var of = Invariant($"exact analysis of variance of {anova.Cells} points × {Shown.Count(anova.SeedCount, "seed")}");
        var share = $"<b>{Shown.Percent(most.Share)}</b>";
        return most.P is null ? $"{Start(what)} has the largest share of the variance of {name}, {share} ({of}: without noise to compare with, no test)."
            : most.P < Significant ? $"{Start(what)} matters most for {name}: it accounts for {share} of the variance ({of}, p {Chance(most.P.Value)})."
            : $"Nothing stands out of the noise for {name}: {what} comes first with {share} of the variance ({of}, p {Chance(most.P.Value)}).";
    }

    private static string Chance(double p) => Shown.Chance(p) is var text && text[0] == '<' ? Html.Text(text) : $"= {text}";

    private static string Start(string markup) => markup[0] == '<' ? markup : Shown.Capital(markup);

    private static string? Best(ReportData data, Findings findings)
    {
        if (findings.Ranking is not [var best, ..]) return null;

        var against = Against(data, best) + (data.Chance is { } chance ? $" Chance would score {Shown.Number(chance, 3)}." : "");
        var (name, score) = (Html.Text(data.Objective.Name), Score(best.Statistics(), data.Objective));
        var tail = $".{RunnerUp(data, findings)}{against}";
        if (findings.Ties == 1) return $"The <b>best point</b> by {name} is <b>{Html.Text(data.Describe(best.Levels))}</b>: {score}{tail}";
        if (findings.Ties == findings.Ranking.Count)
            return $"By {name} <b>no point is best</b>: all {findings.Ties:#,0} have the same mean, {Shown.Number(best.Mean!.Value)}{tail}";

        var tied = findings.Ranking.Take(Math.Min(findings.Ties, MostTies)).Select(p => $"<b>{Html.Text(data.Describe(p.Levels))}</b>");
        var more = findings.Ties > MostTies ? $"; and {findings.Ties - MostTies:#,0} more" : "";
        return $"<b>{findings.Ties:#,0} points tie</b> for the best {name}, {Shown.Number(best.Mean!.Value)}: {string.Join("; ", tied)}{more}{tail}";
    }

    /// <summary>What the input scores from which the best point starts; of several inputs, its own.</summary>
    private static string Against(ReportData data, ReportPoint best)
    {
        var all = ScoresOf(data, data.Inputs.Panels);
        if (all.Count == 0) return "";

        var input = data.Inputs.Panels[0].Row.Space;
        var what = Html.Text(data.Words.SpaceOf(input)?.Doc is { Length: > 0 } doc ? doc : $"The {input}");
        if (all.Count == 1) return $" {what} score {Shown.Number(all[0], 3)}.";

        var own = data.Inputs.GroupOf(best, data.Axes) is { } group ? ScoresOf(data, [.. group.Panels.Select(p => p.Panel)]) : [];
        return own.Count == 1
            ? Invariant($" {what}, as this point has them, score {Shown.Number(own[0], 3)}; <a href=\"#health\">those of all {all.Count}</a>.")
            : Invariant($" {what} score {Shown.Number(all.Min(), 3)} to {Shown.Number(all.Max(), 3)}, by which of {all.Count} they are.");
    }

    /// <summary>By the objective, where that is of the space that the runner compares by.</summary>
    private static List<double> ScoresOf(ReportData data, IReadOnlyList<RecordedPanel> panels) => Headlines.Objective(data.Words)?.Split('/') is [var space, _]
        ? [.. panels.Select(p => p.Row.Metrics.FirstOrDefault(m => data.Objective.Name == $"{space}/{m.Key}").Value).OfType<double>()]
        : [];

    private static string RunnerUp(ReportData data, Findings findings)
    {
        if (findings.Ranking.Count == findings.Ties) return "";

        var (best, second) = (findings.Ranking[0], findings.Ranking[findings.Ties]);
        var difference = findings.Comparisons.OfAnyTwo(best.Scores(), second.Scores());
        var next = $" The next, {Html.Text(data.Describe(second.Levels))}, differs by <b>{Spans.Mean(difference)}</b>";
        var how = difference.Kind switch
        {
            DifferenceKind.Blocked => $"Tukey's for any two of {findings.Comparisons.Design.Points:#,0} points, from the noise of all",
            DifferenceKind.Paired => "of these two alone, seed by seed, although they were chosen by their scores",
            _ => "Welch's of these two alone, although they were chosen by their scores",
        };
        return difference.Low is null
            ? $"{next}: one seed says nothing of chance."
            : $"{next} (95 % interval {Spans.Of(difference, " to ")}, {how}): "
                + $"{(difference.IsTold ? "the seeds tell them apart" : "the seeds do not tell them apart")}.";
    }

    /// <summary>Markup.</summary>
    private static string Score(SampleStatistics statistics, Objective objective) => statistics.Low is null
        ? $"<b>{Spans.Mean(statistics)}</b> (n = {statistics.N}, no interval)"
        : $"<b>{Spans.Mean(statistics)}</b> (95 % interval {Spans.Of(statistics, objective, " to ")}, n = {statistics.N})";

    private static IEnumerable<string> Caveats(ReportData data, Findings findings)
    {
        var unfinished = data.Status.Pending + data.Status.Running;
        if (unfinished > 0) yield return $"{Shown.Count(unfinished, "trial")} of {data.Trials.Count} have not finished; what is said here may change.";
        if (data.Status.Failed > 0 && data.Status.Failed < data.Trials.Count)
            yield return $"{Shown.Count(data.Status.Failed, "trial")} failed and count nowhere.";
        var censored = data.Trials.Count(t => t.IsCensored);
        foreach (var caveat in data.Inputs.Caveats) yield return caveat;
        if (censored > 0)
            yield return $"{Shown.Count(censored, "trial")} were stopped early (censored, ◌): their values are those of an earlier step, and count as they are.";
        if (!data.Trials.Any(t => t.Counts)) yield break;

        if (data.Seeds.Count == 1) yield return "There is one seed: differences between points cannot be told from differences between seeds.";
        if (findings.Score.Incomplete is { } incomplete && data.Axes.Count > 0) yield return $"No exact analysis of variance: {incomplete}";
        if (findings.Optimism is { } optimism && findings.Ties < findings.Ranking.Count)
        {
            yield return $"The best of {findings.Ranking.Count:#,0} points is picked by its score, so the score flatters it. "
                + "If no point differed from another, the best would be expected "
                + $"to exceed their mean by {Shown.Number(optimism, 2)}. "
                + "That is an expectation without any difference, not a correction: new seeds of the best point would tell.";
        }

        if (data.Seeds.Count > 1) yield return Scope(data);
        if (Images(data, findings) is { } images) yield return images;
    }

    /// <summary>What intervals are over, and what they are not.</summary>
    private static string Scope(ReportData data)
    {
        var backbone = IsShared(data, "backbone.seed")
            ? $" and one draw of the backbone (backbone.seed {data.FirstSettings["backbone.seed"].Text}; a sweep over it tells of others)"
            : "";
        var few = data.Seeds.Count < 5 ? " So few seeds make wide intervals, right only if seeds scatter about normally." : "";
        return $"Intervals are over {data.Seeds.Count} seeds, given one set of images{backbone}.{few}";
    }

    /// <summary>What the choice of held-out images adds; the same for all trials, so that no interval has it.</summary>
    private static string? Images(ReportData data, Findings findings)
    {
        if (!data.Objective.IsShare || findings.Ranking is not [var best, ..] || !IsShared(data, "eval.images")) return null;

        var count = data.FirstSettings["eval.images"].Number!.Value;
        if (data.FirstSettings.GetValueOrDefault("data.test_images")?.Number is { } available) count = Math.Min(count, available);
        var score = best.Mean!.Value;
        return $"A score of {Shown.Number(score, 3)} on {Shown.Number(count)} test images has a binomial standard error of "
            + $"{Shown.Number(Math.Sqrt(score * (1 - score) / count), 2)}. "
            + "It is in no interval here: all trials are scored on the same images.";
    }

    private static bool IsShared(ReportData data, string parameter) =>
        data.FirstSettings.ContainsKey(parameter) && !data.Axes.Any(a => a.Parameters.Contains(parameter));
}
