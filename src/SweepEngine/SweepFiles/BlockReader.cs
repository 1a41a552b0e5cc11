namespace VicRegSweeps.SweepEngine;

/// <summary>Reads what defines points: <c>fixed</c> and <c>grid</c>.</summary>
internal sealed class BlockReader(ParameterCatalogue catalogue, Complaints complaints)
{
    private readonly ValueReader values = new(complaints);

    public SweepBlock Read(YamlMap map)
    {
        var fixedPlaces = new Dictionary<string, Place>(StringComparer.Ordinal);
        var fixedValues = Fixed(map["fixed"]?.Value, fixedPlaces);
        var axes = Grid(map["grid"]?.Value, fixedPlaces);
        return new SweepBlock("", fixedValues, axes, map["grid"]?.Key.At ?? map.At);
    }

    private OrderedDictionary<string, ParameterValue> Fixed(YamlNode? node, Dictionary<string, Place> places)
    {
        var read = new OrderedDictionary<string, ParameterValue>(StringComparer.Ordinal);
        foreach (var (parameter, key, value) in Parameters("fixed", node))
        {
            places.TryAdd(parameter.Name, key.At);
            if (value is YamlList or YamlMap)
                complaints.Add(value.At, $"'{parameter.Name}' is {value.Kind}, but a fixed parameter has a single value; to sweep it, move it to 'grid'.");
            else if (values.Read(parameter, value) is { } allowed)
                read.TryAdd(parameter.Name, allowed);
        }

        return read;
    }

    private List<Axis> Grid(YamlNode? node, Dictionary<string, Place> fixedPlaces)
    {
        var axes = new List<Axis>();
        var reader = new AxisReader(complaints, values);
        foreach (var (parameter, key, value) in Parameters("grid", node))
        {
            if (parameter.IsIncidental)
                complaints.Add(key.At, $"'{parameter.Name}' says {(parameter.IsLocation ? "where something lies" : "what is kept of a trial")} and not what it is, so it cannot be swept; put it under 'fixed'.");
            else if (fixedPlaces.TryGetValue(parameter.Name, out var at))
                complaints.Add(key.At, $"'{parameter.Name}' is an axis here, but fixed in line {at.Line}; keep one.");
            else if (reader.Read(parameter, value) is { } column)
                axes.Add(new Axis([column]));
        }

        return axes;
    }

    /// <summary>The entries of a section whose keys are parameters; an absent or empty section has none.</summary>
    private IEnumerable<(Parameter Parameter, YamlScalar Key, YamlNode Value)> Parameters(string section, YamlNode? node)
    {
        if (node is null or YamlScalar { IsNull: true })
            yield break;
        if (node is not YamlMap map)
        {
            complaints.Add(node.At, $"'{section}' is {node.Kind}, but must be a mapping of parameters.");
            yield break;
        }

        foreach (var (key, value) in map.Entries)
        {
            if (catalogue.TryGet(key.Text, out var parameter))
                yield return (parameter, key, value);
            else
                complaints.Add(key.At, $"unknown parameter {Wording.Quoted(key.Text)}{Wording.DidYouMean(key.Text, Names, WhatThereIs(key.Text))}");
        }
    }

    private IEnumerable<string> Names => catalogue.Parameters.Select(p => p.Name);

    /// <summary>The parameters of the group that a name begins with, or else the groups.</summary>
    private string WhatThereIs(string name)
    {
        var group = name.Split('.')[0] + ".";
        var members = Names.Where(n => n.StartsWith(group, StringComparison.Ordinal)).ToList();
        return members.Count > 0
            ? $"there are {Wording.AllOf(members)}."
            : $"names begin with {Wording.AnyOf(Names.Select(n => n.Split('.')[0] + ".").Distinct())}.";
    }
}
