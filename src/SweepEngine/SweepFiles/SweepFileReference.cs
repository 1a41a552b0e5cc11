using System.Text;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary><c>docs/sweep-file.md</c>, generated from the catalogue and its examples.</summary>
public static class SweepFileReference
{
    private const string Language = """
        # The sweep file

        YAML with a closed set of keys: a misspelt one is an error with its place and the nearest name, never ignored. `vicreg-sweep plan FILE` says what a file comes to, and runs nothing. Editors complete and check sweep files with the schema that the first line below points to; `vicreg-sweep schema` prints it.

        {{file}}## Axes

        Both ends of a `log`, `linear` or `range` are included, exactly as they are written, and the values between come out in decimal: 0.3, never 0.30000000000000004. `log` rounds to whole numbers where the parameter is one. A list has no value twice, except in a zip, where no row is there twice. A parameter is fixed or swept, once, at one level of the file.

        Names may be nested: `loss: {epsilon: 1e-4}` means `loss.epsilon: 1e-4`, under `fixed`, `grid` and `zip` alike. A zip may be written as `rows:`, a list of mappings that give the same parameters one value each. Under `fixed`, `{of: PARAMETER, times: NUMBER}` follows another parameter: it is that parameter's value times the number, or its value as it is without `times`, in every point. `null` says that a parameter is not given: it may stand for a parameter that has no default, and for one that does nothing in the point.

        A parameter that does nothing under the others{{inactive}} is dropped from a trial, so that it multiplies no trials: points that are equal then are one point, which keeps its first place. A trial is its point and its seed, and its id depends on nothing else: not on the file, its name or its order.

        ## Exclusions

        A rule is made of parameters, numbers, texts in quotes, `true` and `false`; of `== != < <= > >=`, which may be chained (`{{chain}}`); of `+ - * /`; of `or`, `and`, `not`, which bind in this order from loose to tight; and of parentheses. A word of a parameter, such as `{{word}}`, needs no quotes if it is made of letters, digits and underscores. Rules compute nothing else, so a sweep file from somebody else is safe to open. Numbers are equal when they agree to twelve digits, so `0.1 + 0.2 == 0.3`.

        A parameter that is inactive in a point, or has no default and is not given, has no value there. What is compared or computed with it is neither true nor false, and neither is what cannot be computed, such as a division by zero. `and`, `or` and `not` of such things follow SQL: `false and …` is false, `true or …` is true. Only points for which a rule is **true** are left out{{inactive rule}}. A point that several rules are true of is counted for the first.

        ## Blocks

        The sweep is the union of its blocks. A block inherits `fixed`, `grid` and `zip` from above, and overrides what it names:

        * a value replaces a value or an axis; an axis replaces a value or an axis, in whose place it stays, while new axes come last and vary fastest;
        * where it names one parameter of a zip, the others go on moving together;
        * its exclusions are added to those above.

        What stands above the blocks is a block itself, the first and without a name, if it has a grid or a zip. With `fixed` alone above, the blocks are all there is. A block that overrides nothing is an error. Points that several blocks have are one point, of the first.

        ## Base

        `base: common.yaml` takes over what another sweep file says, which lies beside this one: `fixed`, `grid`, `zip` and `exclude` as a block takes them from above, and every other key but `name` and `question` where this file does not have it. A base has no base itself, and no blocks. `plan` says what holds from there, and a store keeps both texts.

        ## Search

        `search: {method: sobol, count: 256}` runs that many points instead of all combinations. The axes are those of `grid` and `zip`, at most 32; `log` and `linear` need no `count` then, and give numbers of six digits from between their ends, or whole numbers where the parameter is one. Points are Sobol's sequence, scrambled by `seed` as Owen does: evenly spread over every axis and over every pair of axes, and best so when the count is a power of two. Points that are excluded or equal to others are replaced by further ones. A larger count keeps the points of the smaller and adds to them; an edited end of a range, or a further axis, moves all points. There is no `sample` and there are no `blocks` beside a search.

        `search: {method: bayes, generations: 3, batch: 128, metric: {{best}}}` looks for the best of a metric. Its first generation is Sobol's points; each later one is chosen when all trials of those before have ended, where the best may be by what they have come to. What is believed is a Gaussian process over the axes: the seeds of a point say how much chance there is in a result, and a trial that failed or collapsed says where not to go on. Which end of the metric is good, the metric says; where it does not, `goal: maximize` or `goal: minimize` does. All trials of a generation are trained before the next is chosen, so few wide generations take less time than many narrow ones. Axes of parameters marked ▪, which keep trials out of one stack, take at most eight combinations of values in a generation, since each is a stack of its own.

        `plan` shows the first generation alone, since the later ones are not known before. They are written to the store before they are run; the same results lead to the same points, whatever was interrupted. With more `generations` a search goes on; with a larger `batch` its first generation grows, and the next ones have as many points. Points of later generations stay as long as the file's axes, fixed values and exclusions have them, and get further seeds as all points do; the others are no longer named, as after any edit. A search by results needs one store: it is not dealt to shards.

        Not a search, but a way on from any sweep: `vicreg-sweep refine STORE` writes a sweep file around the best points of a store, see guide.md.

        ## Samples and order

        A sample is drawn from the points that are left after exclusions and merging, each with the same chance. Whether a point is drawn depends on itself and the seed of the sample: a larger `count` keeps the points of the smaller and adds to them, and an edited grid keeps as many as it can. The points that are drawn are run in the order of the file, or `shuffled`.

        {{evaluate}}## What it cannot say

        All blocks have the same seeds. A parameter follows one other parameter, and no formula of several.

        ## How it is run


        """;

    private const string ParametersHeading = """

        Halving ranks the points of a stack by `space/metric` (docs/metrics.md){{metric}} or by a loss term{{term}}: each by the mean of its seeds, which go on together or stop together. Points of different shapes are in different stacks and are not compared; `plan` and `run` say where a stack holds one point, so that halving stops nothing there.

        A changed file may be run again on the same store: `run` says first how many points it adds and keeps, and how many it no longer names. What is finished stays finished; the settings of a trial were written down when it was added, so no edit changes one; trials that the file no longer names keep their results and are not trained further.

        ## Parameters

        Trials that differ in a parameter marked ▪ are not trained in one stack, since their data, tensors, schedule or evaluation differ; all others may differ within it.


        """;

    /// <summary>The language, then a heading and a table for each group of parameters.</summary>
    public static string Markdown(ParameterCatalogue catalogue)
    {
        var text = new StringBuilder(WithExamples(Language, catalogue));
        text.Append("| key | values | default | |\n|---|---|---|---|\n")
            .Append($"| `stop.timeout` | {Duration.Forms} | none | {SweepFileRules.TimeoutDoc} |\n");
        text.Append("| `stop.halving.metric` | `space/metric` or `loss/term` | none | What points are ranked by; halving needs it. |\n");
        text.Append("| `search.metric` | `space/metric` or `loss/term` | none | What bayes looks for the best of, in the mean of a point's seeds; bayes needs it. |\n");
        foreach (var rule in SweepFileRules.Documented)
            text.Append($"| `{rule.Name}` | {Cell(Allowed.Values(rule))} | {Default(rule)} | {Cell(rule.Doc)} |\n");
        text.Append(WithExamples(ParametersHeading, catalogue));
        var first = true;
        foreach (var group in catalogue.Parameters.GroupBy(p => p.Name.Split('.')[0]))
        {
            text.Append(first ? "" : "\n")
                .Append($"### {group.Key}\n\n")
                .Append("| parameter | values | default | |\n|---|---|---|---|\n");
            foreach (var parameter in group)
                text.Append($"| `{parameter.Name}`{(parameter.SameWithinStack ? " ▪" : "")} | {Cell(Allowed.Values(parameter))} | {Default(parameter)} | {Cell(Doc(parameter))} |\n");
            first = false;
        }

        return text.ToString();
    }

    /// <summary>How trials are evaluated with further values; nothing where no metric depends on a parameter of evaluation alone.</summary>
    private static string Evaluate(ParameterCatalogue catalogue)
    {
        var words = catalogue.Vocabulary;
        if (words.Metrics.FirstOrDefault(m => m.DependsOn.Count > 0) is not { } metric) return "";

        var space = words.TrialSpaces.First(s => words.MetricsOf(s).Contains(metric)).Name;
        var first = catalogue[metric.DependsOn[0]];
        var (value, other) = (ParameterValue.Of(first.Default!.Number!.Value / 4), ParameterValue.Of(first.Default.Number.Value * 10));
        var evaluation = Evaluation.Of(new EvaluationAxis(first.Name, [value, other]));
        var further = evaluation.Of(metric, catalogue).Select(f => $"`{space}/{f.Name}`");
        return $$"""
            ## Evaluation

            `evaluate: {{{first.Name}}: [{{value}}, {{other}}]}` evaluates every trial with these values too: more metrics of the same trials, and no more trials. It takes lists and ranges as `grid` does, of {{Wording.AllOf(catalogue.Evaluated.Select(p => $"`{p.Name}`"))}}. The further metrics here are {{Wording.AllOf(further)}}; where several parameters of a metric are listed, there is one for each combination of their values, at most {{Evaluation.MostOfOne}}. What is not listed is as the trial has it, and `{{space}}/{{metric.Name}}` itself stays what it is with the trial's own values. The names are said wherever metrics are: in `stop.halving.metric` and `search.metric`, to `--metric`, `--by` and `--where`, and as columns of the exports.

            Under `grid`, a list of the same parameter makes a trial for each value, which is trained anew; a parameter cannot stand in both. Evaluation is no part of a trial's identity. Where the section changes, trials that have not ended are evaluated as it says from their next evaluation on. Those that have ended keep the metrics that they have, with empty places where a metric came later; `run` says how many they are, and `resume --states completed` trains them again.


            """;
    }

    /// <summary>The text with the runner's examples in the places of the names in double braces.</summary>
    private static string WithExamples(string text, ParameterCatalogue catalogue)
    {
        var examples = catalogue.Examples;
        var (rule, points) = examples.InactiveRule ?? ("", "");
        return new StringBuilder(text)
            .Replace("{{file}}", examples.File is { } file ? $"```yaml\n{file.TrimEnd()}\n```\n\n" : "")
            .Replace("{{inactive}}", examples.Inactive is { } inactive ? $", such as {inactive}," : "")
            .Replace("{{chain}}", examples.ChainedRule)
            .Replace("{{word}}", examples.Word)
            .Replace("{{inactive rule}}", rule.Length > 0 ? $"; so neither `{rule}` nor `not {rule}` touches {points}" : "")
            .Replace("{{best}}", examples.Metric ?? "SPACE/METRIC")
            .Replace("{{metric}}", examples.Metric is { } metric ? $", such as `{metric}`," : "")
            .Replace("{{evaluate}}", Evaluate(catalogue))
            .Replace("{{term}}", examples.Term is { } term ? $", such as `{term}`" : "")
            .ToString();
    }

    private static string Default(Parameter parameter) => parameter.Default is { } value ? $"`{Cell(value.Text)}`" : "not given";

    private static string Doc(Parameter parameter) =>
        parameter.Doc
        + (parameter.ActiveWhenDoc is { } when ? $" Does nothing unless {when}." : "")
        + (parameter.CountsByContent ? " What lies there counts in a trial's identity, not the path." : "")
        + (!parameter.IsSweepable
            ? $" {(parameter.IsLocation ? "A location" : "A matter of record")}: it cannot be swept, and is no part of a trial's identity."
            : "");

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
