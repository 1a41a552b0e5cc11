using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Searching;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>One direction of a grid: the parameters that move together, and the values they take.</summary>
/// <param name="Columns">One for each parameter; all are equally long, and no two rows are equal.</param>
public sealed record Axis(IReadOnlyList<AxisColumn> Columns)
{
    /// <summary>How many steps the axis has; at least 1.</summary>
    public int Count => Columns[0].Values.Count;

    /// <summary>The numbers of the rows that differ from all before them.</summary>
    internal static IReadOnlyList<int> DistinctRows(IReadOnlyList<AxisColumn> columns) =>
        [.. Enumerable.Range(0, columns[0].Values.Count).DistinctBy(row => string.Join('\0', columns.Select(c => c.Values[row].Text)))];
}

/// <param name="Values">In the order of the file, as they will run; <see cref="ParameterValue.Absent"/> where the file has <c>null</c>.</param>
public sealed record AxisColumn(Parameter Parameter, IReadOnlyList<ParameterValue> Values)
{
    /// <summary>The range that a search takes values from; null where the values are all there is.</summary>
    public ContinuousRange? Range { get; init; }

    /// <summary>Where the values come from, in a few words, such as <c>0.1 to 100, log</c>; null where the file lists them.</summary>
    public string? Origin { get; init; }

    /// <param name="share">How far along the axis, from 0 to below 1.</param>
    internal ParameterValue At(double share) => Range?.At(share) ?? Values[Math.Min((int)(share * Values.Count), Values.Count - 1)];
}
