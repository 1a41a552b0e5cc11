using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>The axes that a search takes points from, and the way between points and their coordinates. Not for two threads.</summary>
/// <param name="level">What the file says of points, its followers not yet resolved.</param>
/// <param name="known">Settings of trials that say what lies at paths; a point whose paths none of them has is no point of the space.</param>
internal sealed class SearchSpace(ParameterCatalogue catalogue, Level level, IEnumerable<TrialSettings> known)
{
    private readonly SharedConflicts conflicts = new(catalogue);
    private readonly Lazy<PointContents?> contents = new(() => Contents(catalogue, known));

    /// <summary>One for each axis of the file, in its order.</summary>
    public IReadOnlyList<SearchAxis> Axes { get; } = [.. level.Axes.Select(axis => AxisOf(catalogue, level, axis))];

    /// <summary>The axes as the file has them.</summary>
    public IReadOnlyList<Axis> Declared => level.Axes;

    /// <summary>What <see cref="SearchPoints"/> and this class tell axes apart by.</summary>
    public static SearchAxis AxisOf(ParameterCatalogue catalogue, Level level, Axis axis)
    {
        var names = axis.Columns.Select(c => c.Parameter.Name).ToHashSet(StringComparer.Ordinal);
        while (level.Follows.Values.FirstOrDefault(f => names.Contains(f.Leader.Name) && !names.Contains(f.Parameter.Name)) is { } follow)
            names.Add(follow.Parameter.Name);
        var isShape = names.Any(name => catalogue.SharedByStack.Contains(catalogue.IndexOf(name)));
        return axis.Columns is [{ Range: not null }]
            ? new SearchAxis(null, IsOrdered: true) { IsShape = isShape }
            : new SearchAxis(axis.Count, axis.Columns.All(c => IsMonotonic(c.Values))) { IsShape = isShape };
    }

    /// <summary>The settings at some coordinates.</summary>
    /// <returns>Null where the file leaves the point out, or where its settings contradict each other.</returns>
    public TrialSettings? At(IReadOnlyList<double> share) => Point([.. level.Axes.Select((axis, i) => Row(axis, share[i]))]);

    /// <summary>A point as this space has it, with its coordinates: half-way along an axis whose parameters do nothing in it.</summary>
    /// <param name="settings">Perhaps with other paths to the same content.</param>
    /// <returns>Null for one that is not of this space.</returns>
    public (double[] At, TrialSettings Point)? Find(TrialSettings settings)
    {
        var rows = level.Axes.Select((axis, i) => RowOf(axis, Axes[i], settings)).ToList();
        return rows.All(r => r is not null) && Point([.. rows.Select(r => r!.Value.Values)]) is { } point && point.PointId == settings.PointId
            ? ([.. rows.Select(r => r!.Value.At)], point)
            : null;
    }

    private TrialSettings? Point(IReadOnlyList<ParameterValue[]> rows)
    {
        var columns = level.Axes.Zip(rows).SelectMany(a => a.First.Columns.Zip(a.Second, (column, value) => column with { Values = [value] })).ToList();
        var complaints = new Complaints("");
        var resolved = new FollowReader(catalogue, complaints).Resolved(level with { Axes = [new Axis(columns)] });
        if (complaints.Count > 0) return null;

        var points = new BlockPoints(catalogue, new SweepBlock("", resolved.Fixed, resolved.Axes, Place.Start), contents.Value);
        var point = points[0];
        var isLeftOut = resolved.Exclusions.Any(e => e.Removes(point)) || LacksContents(point)
            || (points.Conflict(0, point) ?? conflicts.Of(point) ?? catalogue.Conflict(point)) is not null;
        return isLeftOut ? null : point;
    }

    private static ParameterValue[] Row(Axis axis, double share) => [.. axis.Columns.Select(c => c.At(share))];

    /// <summary>The row of an axis that a point has, with its coordinate.</summary>
    private static (ParameterValue[] Values, double At)? RowOf(Axis axis, SearchAxis of, TrialSettings settings)
    {
        var values = axis.Columns.Select(c => settings[c.Parameter.Name]).ToList();
        if (axis.Columns is [{ Range: { } range }])
        {
            return values[0] is not { } value ? ([range.At(0.5)], 0.5)
                : value.Number is { } number && range.ShareOf(number) is { } share ? ([value], share)
                : null;
        }

        var rows = Enumerable.Range(0, axis.Count)
            .Where(row => axis.Columns.Zip(values).All(c => c.Second is null || c.Second.Text == c.First.Values[row].Text)).ToList();
        return rows.Count == 0 ? null
            : ([.. axis.Columns.Select(c => c.Values[rows[0]])], rows.Count == 1 ? of.Middle(rows[0]) : 0.5);
    }

    private bool LacksContents(TrialSettings point) => contents.Value is not null && catalogue.ByContent.Any(i =>
        point[i] is { Content: null } value && !catalogue.Parameters[i].Words.Contains(value.Text));

    /// <summary>Null where paths count as they read.</summary>
    private static PointContents? Contents(ParameterCatalogue catalogue, IEnumerable<TrialSettings> known)
    {
        var found = new Dictionary<(string Parameter, string Path), string>();
        foreach (var (name, value) in known.SelectMany(k => k.Contents())) found[(name, value.Text)] = value.Content!;
        return found.Count == 0 ? null : new PointContents(catalogue, (parameter, point) =>
            found.GetValueOrDefault((parameter.Name, point[parameter.Name]!.Text)));
    }

    private static bool IsMonotonic(IReadOnlyList<ParameterValue> values)
    {
        var numbers = values.Select(v => v.Number).ToList();
        if (numbers.Any(n => n is null)) return false;

        var steps = numbers.Zip(numbers.Skip(1), (a, b) => b!.Value - a!.Value).ToList();
        return steps.All(s => s > 0) || steps.All(s => s < 0);
    }
}
