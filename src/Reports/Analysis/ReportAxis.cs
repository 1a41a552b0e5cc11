using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>One direction in which the points of a store differ: a parameter, or several that always move together.</summary>
/// <param name="Parameters">More than one where no two points tell them apart, as those of a <c>zip</c>.</param>
/// <param name="Levels">The values taken: numbers ascending, else in the order of the trials; the parameter's absence last.</param>
/// <param name="IsNumeric">Whether every level of the first parameter is a number.</param>
internal sealed record ReportAxis(IReadOnlyList<string> Parameters, IReadOnlyList<string> Levels, IReadOnlyList<double?> Numbers, bool IsNumeric)
{
    /// <summary>The parameter's name, or the names joined by a plus.</summary>
    public string Name => string.Join(" + ", Parameters);

    /// <summary>The last part of each name: enough beside a figure that names the axis in full.</summary>
    public string ShortName => string.Join(" + ", Parameters.Select(p => p[(p.LastIndexOf('.') + 1)..]));

    /// <param name="varying">Names in the order of export.</param>
    /// <param name="points">The settings of each point.</param>
    /// <returns>The axes, and for each point its level on every axis.</returns>
    public static (IReadOnlyList<ReportAxis> Axes, IReadOnlyList<int[]> Levels) Of(
        IReadOnlyList<string> varying, IReadOnlyList<IReadOnlyDictionary<string, ParameterValue>> points)
    {
        var columns = varying.Select(name => Column.Of(name, points)).ToList();
        var groups = new List<List<Column>>();
        foreach (var column in columns)
        {
            var group = groups.Find(g => g[0].MovesWith(column));
            if (group is null) groups.Add([column]);
            else group.Add(column);
        }

        return (
            [.. groups.Select(Axis)],
            [.. Enumerable.Range(0, points.Count).Select(point => groups.Select(g => g[0].Level[point]).ToArray())]);
    }

    private static ReportAxis Axis(List<Column> group) => new(
        [.. group.Select(c => c.Name)],
        [.. Enumerable.Range(0, group[0].Values.Count).Select(level => string.Join(", ", group.Select(c => c.TextWhere(group[0], level))))],
        [.. group[0].Values.Select(v => v?.Number)],
        group[0].Values.All(v => v?.Number is not null));

    /// <summary>A parameter over the points.</summary>
    /// <param name="Values">Distinct, in order.</param>
    /// <param name="Level">For each point, which of them.</param>
    private sealed record Column(string Name, IReadOnlyList<ParameterValue?> Values, int[] Level)
    {
        public static Column Of(string name, IReadOnlyList<IReadOnlyDictionary<string, ParameterValue>> points)
        {
            var values = points.Select(p => p.GetValueOrDefault(name)).ToList();
            var distinct = values.Distinct().Index()
                .OrderBy(v => v.Item is null).ThenBy(v => v.Item?.Number ?? double.MaxValue).ThenBy(v => v.Index).Select(v => v.Item).ToList();
            return new Column(name, distinct, [.. values.Select(v => distinct.IndexOf(v))]);
        }

        /// <summary>Whether each value of one goes with a single value of the other.</summary>
        public bool MovesWith(Column other) =>
            Values.Count == other.Values.Count && Level.Zip(other.Level).Distinct().Count() == Values.Count;

        public string TextWhere(Column first, int level) => Values[Level[Array.IndexOf(first.Level, level)]]?.Text ?? "absent";
    }
}
