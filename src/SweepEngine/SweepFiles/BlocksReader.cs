namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads <c>blocks</c>, and makes the blocks of the sweep of them and of what stands above them.</summary>
internal sealed class BlocksReader(Complaints complaints, LevelReader levels)
{
    /// <summary>More than anybody writes.</summary>
    public const int MostBlocks = 1000;

    private static readonly string[] Keys = ["name", .. LevelReader.Keys];

    private readonly SectionReader sections = new(complaints);

    /// <summary>
    /// The blocks of the file. What stands above them is a block too, the first, if it has axes; otherwise it is only
    /// what they have in common.
    /// </summary>
    public List<SweepBlock> Read(YamlMap file)
    {
        var top = levels.Read(file);
        var own = file["blocks"]?.Value switch
        {
            null or YamlScalar { IsNull: true } => [],
            YamlList list when list.Items.Count > MostBlocks => Refuse(list.At, $"there are {list.Items.Count} blocks, but may be at most {MostBlocks}."),
            YamlList list => Blocks(list, top),
            var node => Refuse(node.At, $"'blocks' is {node.Kind}, but must be a list of blocks, each a mapping with {Wording.AllOf(Keys)}."),
        };
        return own.Count > 0 && top.Axes.Count == 0 ? own : [Block("", top, file["grid"]?.Key.At ?? file["zip"]?.Key.At ?? file.At), .. own];
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
                complaints.Add(map["name"]!.Value.At, $"the block {Wording.Quoted(name)} is already there in line {names[name].Line}; block names must differ.");
            var before = complaints.Count;
            var level = levels.Read(map, $"blocks.{name}.");
            if (complaints.Count == before && !level.Overrides(top))
                complaints.Add(map.At, $"the block {Wording.Quoted(name ?? "")} overrides nothing; it must give a parameter another value or another axis than stands above.");
            blocks.Add(Block(name ?? "", level.Below(top), map.At));
        }

        return blocks;
    }

    private static SweepBlock Block(string name, Level level, Place at) => new(name, level.Fixed, level.Axes, at) { Exclusions = level.Exclusions };

    private List<SweepBlock> Refuse(Place at, string sentence)
    {
        complaints.Add(at, sentence);
        return [];
    }
}
