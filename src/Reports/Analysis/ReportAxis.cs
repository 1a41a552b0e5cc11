using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>One direction in which the points of a store differ: a parameter, or several that move together.</summary>
/// <param name="Parameters">Several where the sweep file zips them, or where the points show that they move together.</param>
/// <param name="Levels">The values taken, as people read them: numbers ascending, else in the order of the trials; the parameter's absence last.</param>
/// <param name="IsNumeric">Whether every level is a number.</param>
internal sealed record ReportAxis(IReadOnlyList<string> Parameters, IReadOnlyList<string> Levels, bool IsNumeric)
{
    /// <summary>For each level the value of every parameter as it is stored; null where it is absent.</summary>
    public required IReadOnlyList<IReadOnlyList<string?>> Settings { get; init; }

    /// <summary>For each level the value of every parameter as people read it; empty where the axis is of no points.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Texts { get; init; } = [];

    /// <summary>The parameter's name; of several, what they share is said once: <c>model.(embedding, representation)_dim</c>.</summary>
    public string Name
    {
        get
        {
            var sections = Parameters.Select(p => p[..(p.LastIndexOf('.') + 1)]).Distinct().ToList();
            return sections.Count == 1 ? sections[0] + ShortName : string.Join(" + ", Parameters);
        }
    }

    /// <summary>The last part of the name: enough beside a figure that names the axis in full.</summary>
    public string ShortName
    {
        get
        {
            var names = Parameters.Select(p => p[(p.LastIndexOf('.') + 1)..]).ToList();
            var end = names[0].LastIndexOf('_') is var bar and > 0 ? names[0][bar..] : "";
            return names.Count == 1 ? names[0]
                : end.Length > 0 && names.TrueForAll(n => n.Length > end.Length && n.EndsWith(end, StringComparison.Ordinal))
                    ? $"({string.Join(", ", names.Select(n => n[..^end.Length]))}){end}"
                    : string.Join(" + ", names);
        }
    }

    /// <summary>A level in words: <c>embedding_dim 50, representation_dim 100</c>.</summary>
    public string Describe(int level) => Parameters.Count == 1 || Texts.Count == 0
        ? $"{ShortName} {Levels[level]}"
        : string.Join(", ", Parameters.Zip(Texts[level]).Select(p => $"{p.First[(p.First.LastIndexOf('.') + 1)..]} {p.Second}"));

    /// <param name="names">The parameters that vary, in the order of export.</param>
    /// <param name="values">For each of them its value at every point; null where it is absent.</param>
    /// <param name="declared">What the sweep files say.</param>
    /// <returns>The axes, and for each point its level on every axis. <see cref="ImpliedParameters"/> are none.</returns>
    public static (IReadOnlyList<ReportAxis> Axes, IReadOnlyList<int[]> Levels) Of(
        IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<ParameterValue?>> values, IReadOnlyList<DeclaredAxes> declared)
    {
        var points = values.Count == 0 ? 0 : values[0].Count;
        var columns = ImpliedParameters.Others(values).Select(place => AxisColumn.Of(names[place], values[place])).ToList();
        var zips = DeclaredAxes.Zips(declared);
        var groups = Gathered(columns, column => zips.Index().Where(z => z.Item.Contains(column.Name)).Select(z => (int?)z.Index).FirstOrDefault());
        // How the points of a sample lie is chance, and says nothing of what moves together.
        if (!declared.Any(d => d.IsSampled)) groups = FoundAxes.Of(groups, points);
        return (
            [.. groups.Select(g => g.Axis())],
            [.. Enumerable.Range(0, points).Select(point => groups.Select(g => g.Level[point]).ToArray())]);
    }

    private static List<JointColumns> Gathered(IReadOnlyList<AxisColumn> columns, Func<AxisColumn, int?> zip) =>
        [.. columns.Index().GroupBy(c => zip(c.Item) ?? ~c.Index).Select(g => JointColumns.Of([.. g.Select(c => c.Item)]))];
}
