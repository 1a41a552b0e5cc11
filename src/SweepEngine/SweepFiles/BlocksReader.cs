using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Searching;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads <c>blocks</c>, and makes the blocks of the sweep of them and of what stands above them.</summary>
internal sealed class BlocksReader(ParameterCatalogue catalogue, Complaints complaints, LevelReader levels)
{
    /// <summary>More than anybody writes.</summary>
    public const int MostBlocks = 1000;

    private static readonly string[] Keys = ["name", .. LevelReader.Keys];

    private readonly SectionReader sections = new(complaints);
    private readonly List<Level> levelsOfPoints = [];
    private readonly FollowReader follows = new(catalogue, complaints);
    private readonly SearchPoints points = new(catalogue, complaints);

    /// <summary>All levels that points come from, once they are read: what stands above the blocks, and each block as it is below that.</summary>
    public IReadOnlyList<Level> Levels => levelsOfPoints;

    /// <summary>What stands above the blocks, with the base below it, once it is read.</summary>
    public Level? Top { get; private set; }

    /// <summary>
    /// The blocks of the file. What stands above them is a block too, the first, if it has axes; otherwise it is only
    /// what they have in common.
    /// </summary>
    /// <param name="own">What stands above the blocks.</param>
    /// <param name="basis">The level of the file's base; null where it has none.</param>
    public List<SweepBlock> Read(YamlMap file, Level own, Level? basis, Search? search)
    {
        var top = basis is null ? own : own.Below(basis);
        Top = top;
        levelsOfPoints.Add(top);
        var at = file["grid"]?.Key.At ?? file["zip"]?.Key.At ?? file.At;
        var blocks = file["blocks"]?.Value switch
        {
            null or YamlScalar { IsNull: true } => [],
            YamlList list when list.Items.Count > MostBlocks => Refuse(list.At, $"there are {list.Items.Count} blocks, but may be at most {MostBlocks}."),
            YamlList list => Blocks(list, top),
            var node => Refuse(node.At, $"'blocks' is {node.Kind}, but must be a list of blocks, each a mapping with {Wording.AllOf(Keys)}."),
        };
        if (search is null) return blocks.Count > 0 && top.Axes.Count == 0 ? blocks : [Block("", top, at), .. blocks];
        if (blocks.Count > 0) return Refuse(file["blocks"]!.Key.At, "'search' and 'blocks' do not go together; search each block in a sweep of its own.");

        // A search that is not valid itself would be complained of again by each point.
        return complaints.Count > 0 ? [] : [Resolved("", points.Of(top, search, file["search"]?.Key.At ?? at), at)];
    }

    private List<SweepBlock> Blocks(YamlList list, Level top)
    {
        var blocks = new List<SweepBlock>();
        var names = new Dictionary<string, Place>(StringComparer.Ordinal);
        foreach (var (number, node) in list.Items.Index())
        {
            if (sections.Open($"blocks[{number + 1}]", node, Keys) is not { } map)
            {
                if (node is YamlScalar { IsNull: true })
                    complaints.Add(node.At, $"a block is {node.Kind}, but must be a mapping with {Wording.AllOf(Keys)}.");
                continue;
            }

            var name = NameReader.Read(map, "it names the block in exports and", complaints);
            if (name is not null && !names.TryAdd(name, map["name"]!.Value.At))
                complaints.Add(map["name"]!.Value.At,
                    $"the block {Wording.Quoted(name)} is already there in line {names[name].Line}; block names must differ.");
            var before = complaints.Count;
            var level = levels.Read(map, $"blocks.{name}.");
            levelsOfPoints.Add(level);
            if (complaints.Count == before && !level.Overrides(top))
                complaints.Add(map.At,
                    $"the block {Wording.Quoted(name ?? "")} overrides nothing; it must give a parameter another value or another axis than stands above.");
            blocks.Add(Block(name ?? "", level.Below(top), map.At));
        }

        return blocks;
    }

    private SweepBlock Block(string name, Level level, Place at) => Resolved(name, follows.Resolved(level), at);

    private static SweepBlock Resolved(string name, Level level, Place at) => new(name, level.Fixed, level.Axes, at) { Exclusions = level.Exclusions };

    private List<SweepBlock> Refuse(Place at, string sentence)
    {
        complaints.Add(at, sentence);
        return [];
    }
}
