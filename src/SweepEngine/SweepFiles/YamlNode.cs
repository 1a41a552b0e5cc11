namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>A piece of a YAML file that knows where it stands.</summary>
internal abstract record YamlNode(Place At)
{
    /// <summary>What it is, for a message: <c>a list</c>.</summary>
    public abstract string Kind { get; }
}

/// <summary>One value. Only a plain one, without quotes, can be a number, a truth value or nothing at all.</summary>
internal sealed record YamlScalar(Place At, string Text, bool IsPlain) : YamlNode(At)
{
    public override string Kind => IsNull ? "nothing" : "a single value";

    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";
}

internal sealed record YamlList(Place At, IReadOnlyList<YamlNode> Items) : YamlNode(At)
{
    public override string Kind => "a list";
}

/// <param name="Entries">In the order of the file; a key that is given twice is there twice, and has been complained about.</param>
internal sealed record YamlMap(Place At, IReadOnlyList<YamlEntry> Entries) : YamlNode(At)
{
    public override string Kind => "a mapping";

    /// <summary>The first entry of a key; null when there is none.</summary>
    public YamlEntry? this[string key] => Entries.FirstOrDefault(e => e.Key.Text == key);
}

internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);
