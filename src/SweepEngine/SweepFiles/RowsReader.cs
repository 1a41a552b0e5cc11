using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads a zip that is written as rows: <c>rows: [{train.optimizer: sgd, train.momentum: 0.9}, …]</c>.</summary>
internal sealed class RowsReader(ParameterCatalogue catalogue, Complaints complaints)
{
    private readonly ParameterEntries entries = new(catalogue, complaints);
    private readonly ValueReader values = new(complaints);

    /// <param name="group">A mapping that has the key <c>rows</c>.</param>
    /// <param name="mayBeAxis">Complains where a parameter cannot be an axis here.</param>
    /// <returns>The columns of the rows; none where they are not valid, which has been complained about.</returns>
    public List<AxisColumn> Read(string section, YamlMap group, Func<Parameter, YamlScalar, bool> mayBeAxis)
    {
        foreach (var (key, _) in group.Entries.Where(e => e.Key.Text != "rows"))
            complaints.Add(key.At, $"{Wording.Quoted(key.Text)} stands beside 'rows'; a group of '{section}' is either rows or parameters with lists.");
        if (group["rows"]!.Value is not YamlList { Items.Count: > 0 } list)
        {
            complaints.Add(group["rows"]!.Value.At, "'rows' must be a list of rows, each a mapping that gives the same parameters a value.");
            return [];
        }

        var columns = new OrderedDictionary<string, (Parameter Parameter, List<ParameterValue> Values)>(StringComparer.Ordinal);
        foreach (var (number, row) in list.Items.Index())
        {
            if (row is not YamlMap map)
                complaints.Add(row.At, $"a row is {row.Kind}, but must be a mapping that gives each parameter a value.");
            else
                Add(section, map, isFirst: number == 0, columns, mayBeAxis);
        }

        return [.. columns.Values.Select(c => new AxisColumn(c.Parameter, c.Values))];
    }

    private void Add(
        string section, YamlMap row, bool isFirst, OrderedDictionary<string, (Parameter Parameter, List<ParameterValue> Values)> columns,
        Func<Parameter, YamlScalar, bool> mayBeAxis)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (parameter, key, node) in entries.Of(section, row))
        {
            given.Add(parameter.Name);
            if (isFirst && mayBeAxis(parameter, key)) columns.TryAdd(parameter.Name, (parameter, []));
            if (!columns.TryGetValue(parameter.Name, out var column))
            {
                if (!isFirst) complaints.Add(key.At, $"'{parameter.Name}' is not in the first row; every row has the same parameters.");
            }
            else if (node is YamlList or YamlMap)
            {
                complaints.Add(node.At, $"'{parameter.Name}' is {node.Kind}, but a row gives a parameter a single value.");
            }
            else if (values.ReadOrAbsent(parameter, node) is { } value)
            {
                column.Values.Add(value);
            }
        }

        foreach (var missing in columns.Keys.Where(name => !given.Contains(name)))
            complaints.Add(row.At, $"this row does not give '{missing}'; every row has the same parameters.");
    }
}
