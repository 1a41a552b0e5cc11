using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads sections with a closed set of keys, each with a rule of its own.</summary>
internal sealed class SectionReader(Complaints complaints)
{
    private readonly ValueReader values = new(complaints);

    /// <summary>The section as a mapping, its unknown keys complained about.</summary>
    /// <returns>Null when it is absent or empty, or no mapping, which has been complained about.</returns>
    public YamlMap? Open(string name, YamlNode? node, params string[] keys)
    {
        if (node is null or YamlScalar { IsNull: true })
            return null;
        if (node is not YamlMap map)
        {
            complaints.Add(node.At, $"'{name}' is {node.Kind}, but must be a mapping with {Wording.AllOf(keys)}.");
            return null;
        }

        foreach (var (key, _) in map.Entries.Where(e => !keys.Contains(e.Key.Text)))
            complaints.Add(key.At,
                $"unknown key {Wording.Quoted(key.Text)} in '{name}'{Wording.DidYouMean(key.Text, keys, $"the keys are {Wording.AllOf(keys)}.")}");
        return map;
    }

    /// <summary>A value of an open section; the rule's default where it is not named.</summary>
    /// <returns>Null when there is neither or the value is not allowed, which has been complained about.</returns>
    public ParameterValue? Value(YamlMap section, Parameter rule)
    {
        var key = SweepFileRules.KeyOf(rule);
        if (section[key] is { } entry)
            return values.Read(rule, entry.Value);
        if (rule.Default is null)
            complaints.Add(section.At, $"'{rule.Name}' is missing; it must be {Allowed.Values(rule)}.");
        return rule.Default;
    }

    /// <summary>A whole number of an open section; 0 when it is not allowed, which has been complained about.</summary>
    public int Whole(YamlMap section, Parameter rule) => (int)(Value(section, rule)?.Number ?? 0);
}
