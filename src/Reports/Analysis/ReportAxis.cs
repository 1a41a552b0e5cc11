using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>One direction in which the points of a store differ: a parameter, or several that move together.</summary>
/// <param name="Parameters">
/// Several where no two points tell them apart, or where the points are a full factorial only if they are taken as one:
/// a <c>zip</c> of the weights 25/25/1, 1/1/1 and 25/0/0 is three levels, not twelve cells of which nine are missing.
/// </param>
/// <param name="Levels">The values taken: numbers ascending, else in the order of the trials; the parameter's absence last.</param>
/// <param name="IsNumeric">Whether every level is a number.</param>
internal sealed record ReportAxis(IReadOnlyList<string> Parameters, IReadOnlyList<string> Levels, bool IsNumeric)
{
    /// <summary>With more parameters than this, which of them move together is not looked for.</summary>
    private const int MostSearched = 10;

    /// <summary>The parameter's name; of several, what they share is said once: <c>model.embedding/representation_dim</c>.</summary>
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
            return end.Length > 0 && names.TrueForAll(n => n.EndsWith(end, StringComparison.Ordinal))
                ? string.Join('/', names.Select(n => n[..^end.Length])) + end
                : string.Join('/', names);
        }
    }

    /// <param name="varying">Names in the order of export.</param>
    /// <param name="points">The settings of each point.</param>
    /// <returns>The axes, and for each point its level on every axis.</returns>
    public static (IReadOnlyList<ReportAxis> Axes, IReadOnlyList<int[]> Levels) Of(
        IReadOnlyList<string> varying, IReadOnlyList<IReadOnlyDictionary<string, ParameterValue>> points)
    {
        var groups = new List<Joint>();
        foreach (var column in varying.Select(name => Column.Of(name, points)))
        {
            var place = groups.FindIndex(g => g.Columns[0].MovesWith(column));
            if (place < 0) groups.Add(Joint.Of([column]));
            else groups[place] = Joint.Of([.. groups[place].Columns, column]);
        }

        groups = Zipped(groups, points.Count);
        return (
            [.. groups.Select(g => g.Axis())],
            [.. Enumerable.Range(0, points.Count).Select(point => groups.Select(g => g.Level[point]).ToArray())]);
    }

    /// <summary>
    /// Takes as one the fewest groups that make the grid complete so, if most of their own combinations are missing:
    /// a grid of which a trial or two are missing stays a grid with holes.
    /// </summary>
    private static List<Joint> Zipped(List<Joint> groups, int points)
    {
        if (groups.Count is < 3 or > MostSearched || Cells(groups) == points) return groups;

        var found = Enumerable.Range(1, (1 << groups.Count) - 2)
            .Select(set => groups.Index().ToLookup(g => (set >> g.Index & 1) == 1, g => g.Item))
            .Select(parts => (Members: parts[true].ToList(), Levels: points / Cells(parts[false])))
            .Where(c => c.Members.Count > 1 && 2 * c.Levels <= Cells(c.Members) && double.IsInteger(c.Levels))
            .OrderBy(c => c.Members.Count).ThenBy(c => c.Levels)
            .Select(c => (c.Members, c.Levels, Together: Joint.Of([.. c.Members.SelectMany(g => g.Columns)])))
            .FirstOrDefault(c => c.Together.Count == c.Levels);
        if (found.Together is null) return groups;

        var place = groups.IndexOf(found.Members[0]);
        return [.. groups.Take(place), found.Together, .. groups.Skip(place).Except(found.Members)];
    }

    /// <summary>In floating point: ten groups may have more combinations than any integer counts.</summary>
    private static double Cells(IEnumerable<Joint> groups) => groups.Aggregate(1.0, (product, group) => product * group.Count);

    /// <summary>Parameters that are one axis.</summary>
    /// <param name="Level">For each point, which of the combinations that there are; they are ordered by their first parameter, then the next.</param>
    /// <param name="Count">Of combinations.</param>
    private sealed record Joint(IReadOnlyList<Column> Columns, int[] Level, int Count)
    {
        public static Joint Of(IReadOnlyList<Column> columns)
        {
            var points = Enumerable.Range(0, columns[0].Level.Length).ToList();
            var ordered = columns.Aggregate(points.OrderBy(_ => 0), (order, column) => order.ThenBy(point => column.Level[point]));
            var (level, count) = (new int[points.Count], 0);
            var last = -1;
            foreach (var point in ordered)
            {
                if (last >= 0 && columns.Any(c => c.Level[point] != c.Level[last])) count++;
                (level[point], last) = (count, point);
            }

            return new Joint(columns, level, last < 0 ? 0 : count + 1);
        }

        public ReportAxis Axis() => new(
            [.. Columns.Select(c => c.Name)],
            [.. Enumerable.Range(0, Count).Select(level => string.Join('/', Columns.Select(c => c.TextAt(Array.IndexOf(Level, level)))))],
            Columns is [{ Values: var values }] && values.All(v => v?.Number is not null));
    }

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

        public string TextAt(int point) => Values[Level[point]]?.Text ?? "absent";
    }
}
