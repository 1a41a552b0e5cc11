using System.Globalization;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads <c>seeds</c>: how many, counted from 0, or a list of them.</summary>
internal static class SeedsReader
{
    public const int MostSeeds = 1_000_000;

    /// <summary>A list of seeds, for messages.</summary>
    public const string Example = "0, 1, 2";

    private static readonly string Rule = $"a whole number of seeds, from 1 to {MostSeeds}, or a list of seeds";

    /// <param name="node">Null when the file has no seeds, which means the one seed 0.</param>
    /// <returns>Null when they are not valid, which has been complained about.</returns>
    public static IReadOnlyList<long>? Read(YamlNode? node, Complaints complaints) => node switch
    {
        null => [0],
        YamlList list => Listed(list, complaints),
        _ => Counted(node, complaints),
    };

    private static long[]? Counted(YamlNode node, Complaints complaints)
    {
        if (Whole(node) is not { } count)
            complaints.Add(node.At, $"'seeds' is {Shown(node)}, but must be {Rule}.");
        else if (count is < 1 or > MostSeeds)
            complaints.Add(node.At, $"'seeds' is {count}, but must be {Rule}.");
        else
            return [.. Enumerable.Range(0, (int)count).Select(seed => (long)seed)];
        return null;
    }

    private static List<long>? Listed(YamlList list, Complaints complaints)
    {
        if (list.Items.Count == 0)
        {
            complaints.Add(list.At, "'seeds' is an empty list, but must have at least one seed.");
            return null;
        }

        var seeds = new HashSet<long>();
        foreach (var item in list.Items)
        {
            if (Whole(item) is not ({ } seed and >= 0))
                complaints.Add(item.At, $"a seed is {Shown(item)}, but must be a whole number from 0 to {long.MaxValue}.");
            else if (!seeds.Add(seed))
                complaints.Add(item.At, $"the seed {seed} is given twice; keep one.");
        }

        return [.. seeds];
    }

    /// <summary>Seeds are not read as doubles, which have fewer whole numbers than 64 bits have.</summary>
    private static long? Whole(YamlNode node) =>
        node is YamlScalar { IsPlain: true } scalar
        && long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? whole
            : null;

    private static string Shown(YamlNode node) =>
        node is YamlScalar { IsNull: false } scalar ? Wording.Quoted(scalar.Text) : node.Kind;
}
