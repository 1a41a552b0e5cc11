namespace VicRegSweeps.SweepEngine;

/// <summary>Reads sweep files. What comes out is valid in every respect that shows without expanding the grid.</summary>
public static class SweepFileReader
{
    private const int Version = 1;
    internal const int LongestName = 64;

    /// <summary>The keys that this version reads, in the order in which they are documented.</summary>
    private static readonly string[] Keys = ["version", "name", "question", "seeds", "fixed", "grid", "stop", "sample", "retry", "run"];

    /// <summary>Keys of the full language that this version does not read yet.</summary>
    private static readonly string[] KeysToCome = ["zip", "exclude", "blocks"];

    /// <exception cref="SweepException">The file cannot be read, or all that is wrong with it, one complaint a line.</exception>
    public static SweepFile Read(string path, ParameterCatalogue catalogue) => Parse(SweepText.Read(path), path, catalogue);

    /// <param name="path">What messages call the text.</param>
    /// <exception cref="SweepException">All that is wrong with the text, one complaint a line.</exception>
    public static SweepFile Parse(string text, string path, ParameterCatalogue catalogue)
    {
        var complaints = new Complaints(path);
        var root = YamlTree.Parse(text, complaints) ?? new YamlMap(Place.Start, []);
        if (root is not YamlMap map)
        {
            complaints.Add(root.At, $"a sweep file is a mapping with keys such as 'version' and 'name', not {root.Kind}.");
            throw complaints.ToException();
        }

        CheckKeys(map, catalogue, complaints);
        CheckVersion(map, complaints);
        var name = Name(map, complaints);
        var question = Question(map, complaints);
        var seeds = SeedsReader.Read(map["seeds"]?.Value, complaints);
        var block = new BlockReader(catalogue, complaints).Read(map);
        var stop = new StopReader(catalogue, complaints).Read(map["stop"]?.Value);
        var sections = new SectionReader(complaints);
        var sample = Sample(sections, map["sample"]?.Value);
        var retries = Retries(sections, map["retry"]?.Value);
        var (stack, order) = Run(sections, map["run"]?.Value);
        complaints.ThrowIfAny();
        return new SweepFile(name!, question, seeds!, [block], text, path)
        {
            Stop = stop,
            MostRetries = retries,
            StackWidth = stack,
            Order = order,
            Sample = sample,
        };
    }

    private static void CheckKeys(YamlMap map, ParameterCatalogue catalogue, Complaints complaints)
    {
        foreach (var (key, _) in map.Entries.Where(e => !Keys.Contains(e.Key.Text)))
        {
            if (KeysToCome.Contains(key.Text))
                complaints.Add(key.At, $"'{key.Text}' is not supported yet; this version reads {Wording.AllOf(Keys)}.");
            else if (catalogue.TryGet(key.Text, out _))
                complaints.Add(key.At, $"the parameter '{key.Text}' belongs under 'fixed' or 'grid'.");
            else
                complaints.Add(key.At, $"unknown key {Wording.Quoted(key.Text)}{Wording.DidYouMean(key.Text, [.. Keys, .. KeysToCome], $"the keys are {Wording.AllOf(Keys)}.")}");
        }
    }

    private static void CheckVersion(YamlMap map, Complaints complaints)
    {
        if (map["version"]?.Value is not { } node)
            complaints.Add(map.At, $"'version' is missing; begin the file with 'version: {Version}'.");
        else if (node is not YamlScalar { IsPlain: true } scalar || YamlNumber.Parse(scalar.Text) != Version)
            complaints.Add(node.At, $"'version' is {(node is YamlScalar s ? Wording.Quoted(s.Text) : node.Kind)}, but this program reads version {Version}.");
    }

    private static string? Name(YamlMap map, Complaints complaints)
    {
        const string Rule = "lower-case letters, digits and hyphens";
        if (map["name"]?.Value is not { } node)
            complaints.Add(map.At, $"'name' is missing; it names the results and is made of {Rule}.");
        else if (node is not YamlScalar scalar || scalar.IsNull || scalar.Text.Length == 0)
            complaints.Add(node.At, $"'name' is {(node is YamlScalar ? "empty" : node.Kind)}, but must be made of {Rule}.");
        else if (scalar.Text.FirstOrDefault(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')) is not '\0' and var wrong)
            complaints.Add(node.At, $"'name' is {Wording.Quoted(scalar.Text)}, but must be made of {Rule}; {Wording.Quoted(wrong.ToString())} is none.");
        else if (scalar.Text.Length > LongestName)
            complaints.Add(node.At, $"'name' has {scalar.Text.Length} characters, but must have at most {LongestName}.");
        else
            return scalar.Text;
        return null;
    }

    private static string? Question(YamlMap map, Complaints complaints)
    {
        if (map["question"]?.Value is not { } node || node is YamlScalar { IsNull: true })
            return null;
        if (node is YamlScalar scalar)
            return scalar.Text.Trim();
        complaints.Add(node.At, $"'question' is {node.Kind}, but must be text.");
        return null;
    }

    private static Sample? Sample(SectionReader sections, YamlNode? node) =>
        sections.Open("sample", node, "count", "seed") is { } map
            ? new Sample(sections.Whole(map, SweepFileRules.SampleCount), sections.Whole(map, SweepFileRules.SampleSeed))
            : null;

    private static int Retries(SectionReader sections, YamlNode? node) =>
        sections.Open("retry", node, "max") is { } map
            ? sections.Whole(map, SweepFileRules.MostRetries)
            : (int)SweepFileRules.MostRetries.Default!.Number!;

    private static (int? Stack, PointOrder Order) Run(SectionReader sections, YamlNode? node) =>
        sections.Open("run", node, "stack", "order") is { } map
            ? ((int?)sections.Value(map, SweepFileRules.Stack)?.Number,
                sections.Value(map, SweepFileRules.Order)?.Text == "shuffled" ? PointOrder.Shuffled : PointOrder.Grid)
            : (null, PointOrder.Grid);
}
