using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>One parameter over the points.</summary>
/// <param name="Values">Distinct, in order: numbers ascending, else as they come; absence last.</param>
/// <param name="Level">For each point, which of them.</param>
internal sealed record AxisColumn(string Name, IReadOnlyList<ParameterValue?> Values, int[] Level)
{
    public static AxisColumn Of(string name, IReadOnlyList<ParameterValue?> values)
    {
        var distinct = values.Distinct().Index()
            .OrderBy(v => v.Item is null).ThenBy(v => v.Item?.Number ?? double.MaxValue).ThenBy(v => v.Index).Select(v => v.Item).ToList();
        var level = new Dictionary<ParameterValue, int>();
        foreach (var (number, value) in distinct.Index())
        {
            if (value is not null) level.Add(value, number);
        }

        return new AxisColumn(name, distinct, [.. values.Select(v => v is null ? distinct.Count - 1 : level[v])]);
    }
}

/// <summary>Parameters that are one axis.</summary>
/// <param name="Level">For each point, which of the combinations that there are; they are ordered by their first parameter, then the next.</param>
/// <param name="First">For each combination, a point that has it.</param>
internal sealed record JointColumns(IReadOnlyList<AxisColumn> Columns, int[] Level, int[] First)
{
    /// <summary>How many combinations there are.</summary>
    public int Count => First.Length;

    public static JointColumns Of(IReadOnlyList<AxisColumn> columns)
    {
        var (found, first) = (columns[0].Level, new List<int>());
        foreach (var column in columns.Skip(1)) found = Pairs(found, column.Level, column.Values.Count);
        var order = new Dictionary<int, int>();
        foreach (var (point, combination) in found.Index())
        {
            if (order.TryAdd(combination, first.Count)) first.Add(point);
        }

        var sorted = columns.Aggregate(Enumerable.Range(0, first.Count).OrderBy(_ => 0), (by, column) => by.ThenBy(c => column.Level[first[c]])).ToArray();
        var place = new int[sorted.Length];
        foreach (var (number, combination) in sorted.Index()) place[combination] = number;
        return new JointColumns(columns, [.. found.Select(c => place[order[c]])], [.. sorted.Select(c => first[c])]);
    }

    /// <summary>How many combinations of the levels of two groups occur.</summary>
    public int CountWith(JointColumns other) => Pairs(Level, other.Level, other.Count).Max() + 1;

    public ReportAxis Axis()
    {
        var texts = Columns.Select(c => LevelTexts.Of(c.Values)).ToList();
        var levels = First.Select(point => (IReadOnlyList<string>)[.. Columns.Zip(texts).Select(c => c.Second[c.First.Level[point]])]).ToList();
        return new ReportAxis(
            [.. Columns.Select(c => c.Name)],
            [.. levels.Select(level => string.Join('/', level))],
            Columns is [{ Values: var values }] && values.All(v => v?.Number is not null))
        {
            Texts = levels,
            Settings = [.. First.Select(point => (IReadOnlyList<string?>)[.. Columns.Select(c => c.Values[c.Level[point]]?.Text)])],
        };
    }

    /// <summary>The number of each pair, in the order in which they are met.</summary>
    private static int[] Pairs(int[] left, int[] right, int rightCount)
    {
        var numbers = new Dictionary<long, int>();
        var pairs = new int[left.Length];
        for (var point = 0; point < left.Length; point++)
        {
            var key = ((long)left[point] * rightCount) + right[point];
            if (!numbers.TryGetValue(key, out pairs[point])) numbers.Add(key, pairs[point] = numbers.Count);
        }

        return pairs;
    }
}
