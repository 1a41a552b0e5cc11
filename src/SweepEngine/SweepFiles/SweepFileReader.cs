using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads sweep files. What comes out is valid in every respect that shows without expanding the grid.</summary>
public static class SweepFileReader
{
    private const int Version = 1;

    /// <summary>The keys that this version reads, in the order in which they are documented.</summary>
    internal static readonly string[] Keys =
        ["version", "name", "question", "base", "seeds", .. LevelReader.Keys, "search", "blocks", "sample", EvaluateReader.Section, "stop", "retry", "run"];

    /// <exception cref="SweepException">The file cannot be read, or all that is wrong with it, one complaint a line.</exception>
    public static SweepFile Read(string path, ParameterCatalogue catalogue) => Parse(SweepText.Read(path), path, catalogue);

    /// <param name="path">What messages call the text, and where its base is looked for.</param>
    /// <exception cref="SweepException">All that is wrong with the text, one complaint a line.</exception>
    public static SweepFile Parse(string text, string path, ParameterCatalogue catalogue) => Parse(text, path, catalogue, null);

    /// <summary>Reads a file as a store keeps it: with its base behind it, see <see cref="BaseFile.Behind"/>.</summary>
    /// <param name="address">The store's, for messages.</param>
    /// <exception cref="SweepException">All that is wrong with the text, as when a later version refuses what an earlier one took.</exception>
    internal static SweepFile ParseKept(string text, string address, ParameterCatalogue catalogue) => Parse(text, address, catalogue, BaseFile.In(text));

    /// <param name="basis">The text of the base; null to read the file.</param>
    private static SweepFile Parse(string text, string path, ParameterCatalogue catalogue, string? basis)
    {
        var complaints = new Complaints(path);
        var file = Mapping(text, complaints);
        CheckKeys(file, catalogue, complaints);
        CheckVersion(file, complaints);
        var name = NameReader.Read(file, "it names the results and", complaints);
        var question = Question(file, complaints);
        var bases = new BaseReader(catalogue, complaints).Read(file, path, basis);
        var seeds = SeedsReader.Read(Of("seeds"), complaints);
        var evaluateReader = new EvaluateReader(catalogue, complaints);
        var evaluation = evaluateReader.Read(Of(EvaluateReader.Section));
        var words = catalogue.Vocabulary.With(evaluation, catalogue);
        var search = new SearchReader(words, complaints).Read(Of("search"));
        var levels = new LevelReader(catalogue, complaints, text, search is not null);
        var own = levels.Read(file);
        var blocksReader = new BlocksReader(catalogue, complaints, levels);
        var blocks = blocksReader.Read(file, own, bases?.Level, search);
        evaluateReader.RefuseAxes(Of(EvaluateReader.Section), blocksReader.Levels, file[EvaluateReader.Section] is null ? file.At : null);
        var stop = new StopReader(words, complaints).Read(Of("stop"));
        var sections = new SectionReader(complaints);
        var sample = Sample(sections, Of("sample"));
        if (sample is not null && search is not null)
            complaints.Add((file["sample"] ?? file["search"])?.Key.At ?? file.At, "'sample' and 'search' do not go together: 'search' has a count of its own.");
        var retries = Retries(sections, Of("retry"));
        var (stack, order) = Run(sections, Of("run"));
        complaints.ThrowIfAny();
        return new SweepFile(name!, question, seeds!, blocks, bases?.Behind(text) ?? text, path)
        {
            Stop = stop,
            Evaluation = evaluation,
            MostRetries = retries,
            StackWidth = stack,
            Order = order,
            Sample = sample,
            Search = search,
            Searched = search is null ? null : blocksReader.Top,
            Base = bases is null ? null : new SweepBase(bases.Path, bases.Gives(file, own)),
        };

        YamlNode? Of(string key) => (file[key] ?? bases?.Map[key])?.Value;
    }

    /// <summary>The text as a mapping.</summary>
    /// <exception cref="SweepException">It is none.</exception>
    internal static YamlMap Mapping(string text, Complaints complaints)
    {
        var root = YamlTree.Parse(text, complaints) ?? new YamlMap(Place.Start, []);
        if (root is YamlMap map) return map;

        complaints.Add(root.At, $"a sweep file is a mapping with keys such as 'version' and 'name', not {root.Kind}.");
        throw complaints.ToException();
    }

    internal static void CheckKeys(YamlMap map, ParameterCatalogue catalogue, Complaints complaints)
    {
        foreach (var (key, _) in map.Entries.Where(e => !Keys.Contains(e.Key.Text)))
        {
            if (catalogue.Parameters.Any(p => p.Name == key.Text || p.Name.StartsWith(key.Text + ".", StringComparison.Ordinal)))
                complaints.Add(key.At, $"the parameter '{key.Text}' belongs under 'fixed', 'grid' or 'zip'.");
            else
                complaints.Add(key.At, $"unknown key {Wording.Quoted(key.Text)}{Wording.DidYouMean(key.Text, Keys, $"the keys are {Wording.AllOf(Keys)}.")}");
        }
    }

    internal static void CheckVersion(YamlMap map, Complaints complaints)
    {
        if (map["version"]?.Value is not { } node)
            complaints.Add(map.At, $"'version' is missing; begin the file with 'version: {Version}'.");
        else if (node is not YamlScalar { IsPlain: true } scalar || YamlNumber.Parse(scalar.Text) != Version)
            complaints.Add(node.At, $"'version' is {(node is YamlScalar s ? Wording.Quoted(s.Text) : node.Kind)}, but this program reads version {Version}.");
    }

    /// <summary>What a file as a store keeps it evaluates trials with; nothing where it cannot be read.</summary>
    internal static Evaluation EvaluationOf(string text, ParameterCatalogue catalogue)
    {
        try
        {
            var complaints = new Complaints("");
            var section = DeclaredAxes.Files(text).Select(f => f[EvaluateReader.Section]?.Value).FirstOrDefault(node => node is not null);
            var evaluation = new EvaluateReader(catalogue, complaints).Read(section);
            return complaints.Count == 0 ? evaluation : Evaluation.None;
        }
        catch (SweepException)
        {
            return Evaluation.None;
        }
    }

    /// <summary>Complains of what is wrong with the sections that say how a sweep is run.</summary>
    internal static void CheckSections(YamlMap map, ParameterCatalogue catalogue, Complaints complaints)
    {
        var sections = new SectionReader(complaints);
        var words = catalogue.Vocabulary.With(new EvaluateReader(catalogue, complaints).Read(map[EvaluateReader.Section]?.Value), catalogue);
        new SearchReader(words, complaints).Read(map["search"]?.Value);
        new StopReader(words, complaints).Read(map["stop"]?.Value);
        Sample(sections, map["sample"]?.Value);
        Retries(sections, map["retry"]?.Value);
        Run(sections, map["run"]?.Value);
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
