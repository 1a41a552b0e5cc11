using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads sweep files. What comes out is valid in every respect that shows without expanding the grid.</summary>
public static class SweepFileReader
{
    private const int Version = 1;

    /// <summary>The keys that this version reads, in the order in which they are documented.</summary>
    internal static readonly string[] Keys =
        ["version", "name", "question", "seeds", .. LevelReader.Keys, "blocks", "sample", "stop", "retry", "run"];

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
        var name = NameReader.Read(map, "it names the results and", complaints);
        var question = Question(map, complaints);
        var seeds = SeedsReader.Read(map["seeds"]?.Value, complaints);
        var blocks = new BlocksReader(complaints, new LevelReader(catalogue, complaints, text)).Read(map);
        var stop = new StopReader(catalogue, complaints).Read(map["stop"]?.Value);
        var sections = new SectionReader(complaints);
        var sample = Sample(sections, map["sample"]?.Value);
        var retries = Retries(sections, map["retry"]?.Value);
        var (stack, order) = Run(sections, map["run"]?.Value);
        complaints.ThrowIfAny();
        return new SweepFile(name!, question, seeds!, blocks, text, path)
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
            if (catalogue.TryGet(key.Text, out _))
                complaints.Add(key.At, $"the parameter '{key.Text}' belongs under 'fixed', 'grid' or 'zip'.");
            else
                complaints.Add(key.At, $"unknown key {Wording.Quoted(key.Text)}{Wording.DidYouMean(key.Text, Keys, $"the keys are {Wording.AllOf(Keys)}.")}");
        }
    }

    private static void CheckVersion(YamlMap map, Complaints complaints)
    {
        if (map["version"]?.Value is not { } node)
            complaints.Add(map.At, $"'version' is missing; begin the file with 'version: {Version}'.");
        else if (node is not YamlScalar { IsPlain: true } scalar || YamlNumber.Parse(scalar.Text) != Version)
            complaints.Add(node.At, $"'version' is {(node is YamlScalar s ? Wording.Quoted(s.Text) : node.Kind)}, but this program reads version {Version}.");
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
