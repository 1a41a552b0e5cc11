using System.Text;

namespace VicRegSweeps.SweepEngine;

/// <summary><c>docs/sweep-file.md</c>, generated from the catalogue.</summary>
public static class SweepFileReference
{
    private const string Language = """
        # The sweep file

        YAML with a closed set of keys: a misspelt one is an error with its place and the nearest name, never ignored.

        ```yaml
        version: 1                # of this language
        name: loss-weights        # lower-case letters, digits and hyphens; the results go to results/NAME
        question: Which loss weights keep a 50-d embedding from collapsing?
        seeds: 3                  # 0, 1 and 2; or a list such as [7, 8]. Without it, seed 0 alone
        fixed:                    # values that differ from the defaults below, for every trial
          data.source: cifar10
        grid:                     # the product of all axes; the first varies slowest
          loss.variance_weight: [0, 1, 25]
          loss.covariance_weight: {log: [0.01, 100], count: 5}      # 0.01, 0.1, 1, 10, 100
          train.learning_rate: {linear: [0.001, 0.003], count: 3}   # 0.001, 0.002, 0.003
          model.embedding_dim: {range: [2, 50], step: 16}           # 2, 18, 34, 50
        ```

        Both ends of a `log`, `linear` or `range` are included, exactly as they are written, and the values between come out in decimal: 0.3, never 0.30000000000000004. `log` rounds to whole numbers where the parameter is one. A parameter that does nothing under the others is dropped from a trial, so that it multiplies no trials. A trial is its settings and its seed: its id depends on nothing else.

        ## Parameters

        Trials that differ in a parameter marked ▪ have other tensors or another schedule and are not trained in one stack; all others may differ within it.


        """;

    /// <summary>The language, then a heading and a table for each group of parameters.</summary>
    public static string Markdown(ParameterCatalogue catalogue)
    {
        var text = new StringBuilder(Language);
        var first = true;
        foreach (var group in catalogue.Parameters.GroupBy(p => p.Name.Split('.')[0]))
        {
            text.Append(first ? "" : "\n")
                .Append($"### {group.Key}\n\n")
                .Append("| parameter | values | default | |\n|---|---|---|---|\n");
            foreach (var parameter in group)
                text.Append($"| `{parameter.Name}`{(parameter.BearsOnShapes ? " ▪" : "")} | {Cell(Allowed.Values(parameter))} | {Default(parameter)} | {Cell(Doc(parameter))} |\n");
            first = false;
        }

        return text.ToString();
    }

    private static string Default(Parameter parameter) => parameter.Default is { } value ? $"`{Cell(value.Text)}`" : "none";

    private static string Doc(Parameter parameter) =>
        parameter.Doc
        + (parameter.ActiveWhenDoc is { } when ? $" Does nothing unless {when}." : "")
        + (parameter.IsIncidental
            ? $" {(parameter.IsLocation ? "A location" : "A matter of record")}: it cannot be swept, and is no part of a trial's identity."
            : "");

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
