using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads the values of one parameter's axis: a list, or a range with a count or a step.</summary>
/// <param name="search">Whether the file searches, so that ranges need no count.</param>
internal sealed class AxisReader(Complaints complaints, ValueReader values, bool search)
{
    /// <summary>The most values that all axes of a file may have together: more than any machine can train.</summary>
    public const int MostValues = 1_000_000;

    public const string Forms = "a list of values, {log: [a, b], count: n}, {linear: [a, b], count: n} or {range: [a, b], step: s}";

    private int valuesLeft = MostValues;

    /// <param name="mayRepeat">Whether a list may have a value more than once, as a column of a zip may.</param>
    /// <returns>Null when the axis is not valid, which has been complained about.</returns>
    public AxisColumn? Read(Parameter parameter, YamlNode node, bool mayRepeat = false)
    {
        var read = node switch
        {
            YamlList list => Listed(parameter, list, mayRepeat),
            YamlMap map when FollowReader.IsMeant(map) =>
                Refuse(map.At, $"'{parameter.Name}' follows another parameter, which is no axis of its own; put it under 'fixed'."),
            YamlMap map => new RangeReader(complaints, values, parameter, map, mayBeContinuous: search && !mayRepeat).Read(valuesLeft),
            YamlScalar { IsNull: true } => Refuse(node.At, $"the axis of '{parameter.Name}' is empty; it must be {Forms}."),
            _ => Refuse(node.At, $"the axis of '{parameter.Name}' is a single value, but must be {Forms}; a single value belongs under 'fixed'."),
        };
        valuesLeft -= read?.Values.Count ?? 0;
        return read;
    }

    private AxisColumn? Listed(Parameter parameter, YamlList list, bool mayRepeat)
    {
        if (list.Items.Count == 0)
            return Refuse(list.At, $"the axis of '{parameter.Name}' is empty, but must have at least one value.");
        if (list.Items.Count > valuesLeft)
            return Refuse(list.At, $"the axes have more than {MostValues} values together.");

        var read = new List<ParameterValue>(list.Items.Count);
        var seen = new HashSet<ParameterValue>();
        foreach (var item in list.Items)
        {
            if (values.ReadOrAbsent(parameter, item) is not { } value)
                continue;
            if (!seen.Add(value) && !mayRepeat)
                complaints.Add(item.At, $"the axis of '{parameter.Name}' has the value {value} twice; keep one.");
            read.Add(value);
        }

        return read.Count == list.Items.Count ? new AxisColumn(parameter, read) : null;
    }

    private AxisColumn? Refuse(Place at, string sentence)
    {
        complaints.Add(at, sentence);
        return null;
    }
}
