using System.Text;

namespace VicRegSweeps.SweepEngine;

/// <summary>The tables of parameters in <c>docs/sweep-file.md</c>, generated from the catalogue.</summary>
public static class SweepFileReference
{
    /// <summary>One heading and one table for each group of parameters.</summary>
    public static string Markdown(ParameterCatalogue catalogue)
    {
        var text = new StringBuilder();
        foreach (var group in catalogue.Parameters.GroupBy(p => p.Name.Split('.')[0]))
        {
            text.Append(text.Length > 0 ? "\n" : "")
                .Append($"### {group.Key}\n\n")
                .Append("| parameter | values | default | |\n|---|---|---|---|\n");
            foreach (var parameter in group)
                text.Append($"| `{parameter.Name}` | {Cell(Allowed.Values(parameter))} | {Default(parameter)} | {Cell(Doc(parameter))} |\n");
        }

        return text.ToString();
    }

    private static string Default(Parameter parameter) => parameter.Default is { } value ? $"`{Cell(value.Text)}`" : "none";

    private static string Doc(Parameter parameter) =>
        parameter.Doc
        + (parameter.ActiveWhenDoc is { } when ? $" Does nothing unless {when}." : "")
        + (parameter.BearsOnShapes ? " Bears on tensor shapes: trials that differ in it are not trained in one stack." : "")
        + (parameter.IsLocation ? " A location: it cannot be swept, and is no part of a trial's identity." : "");

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
