using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads what defines points: <c>fixed</c>, <c>grid</c>, <c>zip</c> and <c>exclude</c>, of the whole file or of a block.</summary>
/// <param name="file">The whole text of the file.</param>
internal sealed class LevelReader(ParameterCatalogue catalogue, Complaints complaints, string file)
{
    public static readonly string[] Keys = ["fixed", "grid", "zip", "exclude"];

    private readonly ValueReader values = new(complaints);
    private readonly AxisReader axisReader = new(complaints, new ValueReader(complaints));
    private readonly ExclusionReader exclusions = new(catalogue, complaints, file);

    /// <param name="map">The whole file, or a block.</param>
    /// <param name="prefix">What messages put before the names of sections: empty, or <c>blocks.NAME.</c></param>
    public Level Read(YamlMap map, string prefix = "")
    {
        var fixedPlaces = new Dictionary<string, Place>(StringComparer.Ordinal);
        var fixedValues = Fixed(prefix + "fixed", map["fixed"]?.Value, fixedPlaces);
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

        return new Level(fixedValues, axes, exclusions.Read(prefix + "exclude", map["exclude"]?.Value));
    }

    private OrderedDictionary<string, ParameterValue> Fixed(string section, YamlNode? node, Dictionary<string, Place> places)
    {
        var read = new OrderedDictionary<string, ParameterValue>(StringComparer.Ordinal);
        foreach (var (parameter, key, value) in Parameters(section, node))
        {
            places.TryAdd(parameter.Name, key.At);
            if (value is YamlList or YamlMap)
                complaints.Add(value.At, $"'{parameter.Name}' is {value.Kind}, but a fixed parameter has a single value; to sweep it, move it to 'grid'.");
            else if (values.Read(parameter, value) is { } allowed)
                read.TryAdd(parameter.Name, allowed);
        }

        return read;
    }

    private IEnumerable<Axis> Grid(string section, YamlNode node, Taken taken)
    {
        foreach (var (parameter, key, value) in Parameters(section, node))
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
        var columns = new List<AxisColumn>();
        foreach (var (parameter, key, value) in Parameters(section, node))
        {
            if (taken.MayBeAxis(parameter, key) && axisReader.Read(parameter, value, mayRepeat: true) is { } column)
                columns.Add(column);
        }

        if (complaints.Count > before)
            return null;
        if (columns.Count == 0)
            return Refuse(node.At, $"this group of '{section}' is empty, but must have parameters that move together.");
        if (columns.Any(c => c.Values.Count != columns[0].Values.Count))
            return Refuse(node.At, $"the parameters of this group move together, but {Wording.AllOf(columns.Select(c => $"'{c.Parameter.Name}' has {c.Values.Count}"))} values; they must have equally many.");

        var distinct = Axis.DistinctRows(columns);
        var repeated = Enumerable.Range(0, columns[0].Values.Count).Except(distinct).Select(row => (int?)row).FirstOrDefault();
        return repeated is { } again
            ? Refuse(node.At, $"this group has {Wording.AllOf(columns.Select(c => $"{c.Parameter.Name} {c.Values[again]}"))} twice; keep one.")
            : new Axis(columns);
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
            else if (Nested(key.Text, value) is { } dotted)
                complaints.Add(key.At, $"{Wording.Quoted(key.Text)} is the beginning of names, and names are written with a dot: '{dotted}: …'.");
            else
                complaints.Add(key.At, $"unknown parameter {Wording.Quoted(key.Text)}{KeyOfTheFile(key.Text) ?? Wording.DidYouMean(key.Text, Names, WhatThereIs(key.Text))}");
        }
    }

    /// <summary>The first name that is meant by a group of names that stand below its beginning; null where there is no such group.</summary>
    private string? Nested(string group, YamlNode value) =>
        value is YamlMap { Entries: [var first, ..] } && Names.Any(name => name.StartsWith($"{group}.", StringComparison.Ordinal))
            ? Names.Contains($"{group}.{first.Key.Text}") ? $"{group}.{first.Key.Text}" : Names.First(name => name.StartsWith($"{group}.", StringComparison.Ordinal))
            : null;

    /// <summary>
    /// Where a key of the file is nearer than any parameter: that it is one. 'seed' would otherwise lead to 'backbone.seed', which is
    /// another experiment.
    /// </summary>
    private string? KeyOfTheFile(string word) => !Names.Contains(word) && Spelling.Nearest(word, SweepFileReader.Keys) is { } key
        ? $"; '{key}' is a key of the file itself, and stands at the beginning of a line"
            + (key == "seeds" ? $", such as 'seeds: [{SeedsReader.Example}]'. 'seeds' gives every point those seeds." : ".")
        : null;

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
            if (parameter.IsIncidental)
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
