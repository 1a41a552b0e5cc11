using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads mappings whose keys are parameters: dotted names, or nested ones such as <c>loss: {epsilon: 1e-4}</c>, which mean the same.</summary>
internal sealed class ParameterEntries(ParameterCatalogue catalogue, Complaints complaints)
{
    /// <summary>The entries of a section; an absent or empty one has none.</summary>
    /// <param name="section">What messages call it.</param>
    public IEnumerable<(Parameter Parameter, YamlScalar Key, YamlNode Value)> Of(string section, YamlNode? node)
    {
        if (node is null or YamlScalar { IsNull: true }) return [];
        if (node is YamlMap map) return Of(map, "", new(StringComparer.Ordinal));

        complaints.Add(node.At, $"'{section}' is {node.Kind}, but must be a mapping of parameters.");
        return [];
    }

    /// <param name="prefix">The keys around the mapping, each with its dot.</param>
    /// <param name="seen">The key that gave each parameter first.</param>
    private IEnumerable<(Parameter Parameter, YamlScalar Key, YamlNode Value)> Of(YamlMap map, string prefix, Dictionary<string, YamlScalar> seen)
    {
        foreach (var (key, value) in map.Entries)
        {
            var name = prefix + key.Text;
            if (catalogue.TryGet(name, out var parameter))
            {
                // A key that is there twice in one mapping has been complained about.
                if (seen.TryGetValue(name, out var first) && first.Text != key.Text)
                    complaints.Add(key.At, $"'{name}' is given here and also in line {first.At.Line}; keep one.");
                seen.TryAdd(name, key);
                yield return (parameter, key, value);
            }
            else if (value is YamlMap nested && Names.Any(n => n.StartsWith(name + ".", StringComparison.Ordinal)))
            {
                foreach (var entry in Of(nested, name + ".", seen)) yield return entry;
            }
            else
            {
                complaints.Add(key.At, $"unknown parameter {Wording.Quoted(name)}{KeyOfTheFile(name) ?? Wording.DidYouMean(name, Names, WhatThereIs(name))}");
            }
        }
    }

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
}
