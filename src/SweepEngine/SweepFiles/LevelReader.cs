using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads what defines points: <c>fixed</c>, <c>grid</c>, <c>zip</c> and <c>exclude</c>, of the whole file or of a block.</summary>
/// <param name="file">The whole text of the file.</param>
/// <param name="search">Whether the file searches, so that ranges need no count.</param>
internal sealed class LevelReader(ParameterCatalogue catalogue, Complaints complaints, string file, bool search = false)
{
    public static readonly string[] Keys = ["fixed", "grid", "zip", "exclude"];

    private readonly ValueReader values = new(complaints);
    private readonly AxisReader axisReader = new(complaints, new ValueReader(complaints), search);
    private readonly ParameterEntries entries = new(catalogue, complaints);
    private readonly FollowReader follows = new(catalogue, complaints);
    private readonly RowsReader rows = new(catalogue, complaints);
    private readonly ExclusionReader exclusions = new(catalogue, complaints, file);

    /// <param name="map">The whole file, or a block.</param>
    /// <param name="prefix">What messages put before the names of sections: empty, or <c>blocks.NAME.</c></param>
    public Level Read(YamlMap map, string prefix = "")
    {
        var fixedPlaces = new Dictionary<string, Place>(StringComparer.Ordinal);
        var (fixedValues, followed) = Fixed(prefix + "fixed", map["fixed"]?.Value, fixedPlaces);
        var taken = new Taken(complaints, fixedPlaces);
        var axes = new List<Axis>();

        // In the order of the file, since the first axis varies slowest.
        foreach (var (key, value) in map.Entries.DistinctBy(e => e.Key.Text))
        {
            if (key.Text == "grid")
                axes.AddRange(Grid(prefix + "grid", value, taken));
            else if (key.Text == "zip")
                axes.AddRange(Zip(prefix + "zip", value, taken));
        }

        return new Level(fixedValues, axes, exclusions.Read(prefix + "exclude", map["exclude"]?.Value)) { Follows = followed };
    }

    private (OrderedDictionary<string, ParameterValue> Values, OrderedDictionary<string, Follow> Follows) Fixed(
        string section, YamlNode? node, Dictionary<string, Place> places)
    {
        var read = new OrderedDictionary<string, ParameterValue>(StringComparer.Ordinal);
        var followed = new OrderedDictionary<string, Follow>(StringComparer.Ordinal);
        foreach (var (parameter, key, value) in entries.Of(section, node))
        {
            places.TryAdd(parameter.Name, key.At);
            if (FollowReader.IsMeant(value))
            {
                if (follows.Read(parameter, (YamlMap)value) is { } follow) followed.TryAdd(parameter.Name, follow);
            }
            else if (value is YamlList or YamlMap)
                complaints.Add(value.At, $"'{parameter.Name}' is {value.Kind}, but a fixed parameter has a single value; to sweep it, move it to 'grid'.");
            else if (values.ReadOrAbsent(parameter, value) is { } allowed)
                read.TryAdd(parameter.Name, allowed);
        }

        return (read, followed);
    }

    private IEnumerable<Axis> Grid(string section, YamlNode node, Taken taken)
    {
        foreach (var (parameter, key, value) in entries.Of(section, node))
        {
            if (taken.MayBeAxis(parameter, key) && axisReader.Read(parameter, value) is { } column)
                yield return new Axis([column]);
        }
    }

    private IEnumerable<Axis> Zip(string section, YamlNode node, Taken taken)
    {
        if (node is YamlScalar { IsNull: true })
            yield break;
        if (node is not YamlList list)
        {
            complaints.Add(node.At, $"'{section}' is {node.Kind}, but must be a list of groups, each a mapping of parameters that move together.");
            yield break;
        }

        foreach (var group in list.Items)
        {
            if (Group(section, group, taken) is { } axis)
                yield return axis;
        }
    }

    private Axis? Group(string section, YamlNode node, Taken taken)
    {
        var before = complaints.Count;
        var columns = node is YamlMap map && map["rows"] is not null
            ? rows.Read(section, map, taken.MayBeAxis)
            : [.. Columns(section, node, taken)];

        if (complaints.Count > before)
            return null;
        if (columns.Count == 0)
            return Refuse(node.At, $"this group of '{section}' is empty, but must have parameters that move together.");
        if (columns.Any(c => c.Values.Count != columns[0].Values.Count))
            return Refuse(node.At,
                $"the parameters of this group move together, but {Wording.AllOf(columns.Select(c => $"'{c.Parameter.Name}' has {c.Values.Count}"))} values; they must have equally many.");

        var distinct = Axis.DistinctRows(columns);
        var repeated = Enumerable.Range(0, columns[0].Values.Count).Except(distinct).Select(row => (int?)row).FirstOrDefault();
        return repeated is { } again
            ? Refuse(node.At, $"this group has {Wording.AllOf(columns.Select(c => $"{c.Parameter.Name} {c.Values[again]}"))} twice; keep one.")
            : new Axis(columns);
    }

    private IEnumerable<AxisColumn> Columns(string section, YamlNode node, Taken taken)
    {
        foreach (var (parameter, key, value) in entries.Of(section, node))
        {
            if (taken.MayBeAxis(parameter, key) && axisReader.Read(parameter, value, mayRepeat: true) is { } column)
                yield return column;
        }
    }

    private Axis? Refuse(Place at, string sentence)
    {
        complaints.Add(at, sentence);
        return null;
    }

    /// <summary>Which parameters of a level have a value or an axis already.</summary>
    private sealed class Taken(Complaints complaints, Dictionary<string, Place> fixedPlaces)
    {
        private readonly Dictionary<string, YamlScalar> axes = new(StringComparer.Ordinal);

        /// <summary>Complains where the parameter cannot be an axis here.</summary>
        public bool MayBeAxis(Parameter parameter, YamlScalar key)
        {
            if (!parameter.IsSweepable)
                complaints.Add(key.At, $"'{parameter.Name}' says {parameter.WhatItSays} and not what it is, so it cannot be swept; put it under 'fixed'.");
            else if (fixedPlaces.TryGetValue(parameter.Name, out var at))
                complaints.Add(key.At, $"'{parameter.Name}' is an axis here, but fixed in line {at.Line}; keep one.");
            else if (!axes.TryAdd(parameter.Name, key) && axes[parameter.Name].At != key.At)
                complaints.Add(key.At, $"'{parameter.Name}' is an axis here, but also in line {axes[parameter.Name].At.Line}; keep one.");
            else
                return true;
            return false;
        }
    }
}
