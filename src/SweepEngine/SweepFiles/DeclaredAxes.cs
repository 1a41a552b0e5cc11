namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Which parameters a sweep file moves, and which of them together.</summary>
/// <param name="Axes">For every axis of the file and of its blocks the names of its parameters: one in a grid, several in a zip.</param>
/// <param name="IsSampled">Whether the file draws some of its points, so that how they lie says nothing of its axes.</param>
/// <remarks>It needs no catalogue: a store keeps the text of its sweep file, and may be of another version.</remarks>
public sealed record DeclaredAxes(IReadOnlyList<IReadOnlyList<string>> Axes, bool IsSampled)
{
    /// <summary>Whether the points were drawn from ranges by a search, so that hardly two share a value.</summary>
    public bool IsSearch { get; init; }

    /// <param name="text">A sweep file; one that cannot be read declares nothing.</param>
    public static DeclaredAxes Of(string text)
    {
        try
        {
            var files = Files(text);
            return new DeclaredAxes(
                [.. WithFollowers([.. files.SelectMany(Levels).SelectMany(AxesOf)], [.. files.SelectMany(Levels).SelectMany(Followers)])],
                files.Any(f => f["sample"]?.Value is YamlMap || f["search"]?.Value is YamlMap))
            {
                IsSearch = files.Any(f => f["search"]?.Value is YamlMap),
            };
        }
        catch (SweepException)
        {
            return new DeclaredAxes([], false);
        }
    }

    /// <summary>A kept text as mappings: the file's own, then that of its base.</summary>
    /// <exception cref="SweepException">It cannot be read.</exception>
    internal static IReadOnlyList<YamlMap> Files(string text) =>
        [.. new[] { text, BaseFile.In(text) }.OfType<string>().Select(t => YamlTree.Parse(t, new Complaints(""))).OfType<YamlMap>()];

    /// <summary>
    /// The zips of all files that hold everywhere: no axis of any file has some of a zip's parameters without the others.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> Zips(IEnumerable<DeclaredAxes> files)
    {
        var all = files.SelectMany(f => f.Axes).ToList();
        return [.. all.Where(zip => zip.Count > 1 && all.All(a => !a.Intersect(zip).Any() || a.ToHashSet().SetEquals(zip))).DistinctBy(zip => zip.Min())];
    }

    /// <summary>The top of a file and its blocks.</summary>
    internal static IEnumerable<YamlMap> Levels(YamlMap file) =>
        file["blocks"]?.Value is YamlList blocks ? blocks.Items.OfType<YamlMap>().Prepend(file) : [file];

    private static IEnumerable<IReadOnlyList<string>> AxesOf(YamlMap level)
    {
        foreach (var (name, _) in Named(level["grid"]?.Value)) yield return [name];

        if (level["zip"]?.Value is not YamlList zips) yield break;
        foreach (var zip in zips.Items.OfType<YamlMap>())
        {
            var parameters = zip["rows"]?.Value is YamlList { Items: [var first, ..] } ? first : zip;
            yield return [.. Named(parameters).Select(e => e.Name)];
        }
    }

    /// <summary>The parameters that follow others, each with the one that it follows.</summary>
    private static IEnumerable<(string Name, string Leader)> Followers(YamlMap level) =>
        from entry in Named(level["fixed"]?.Value)
        where FollowReader.IsMeant(entry.Value)
        let leader = ((YamlMap)entry.Value)["of"]!.Value as YamlScalar
        where leader is not null
        select (entry.Name, leader.Text);

    /// <summary>What follows a swept parameter moves with it.</summary>
    private static List<IReadOnlyList<string>> WithFollowers(List<IReadOnlyList<string>> axes, IReadOnlyList<(string Name, string Leader)> followers)
    {
        // One more round for every follower of a follower.
        foreach (var _ in followers)
        {
            axes = [.. axes.Select(axis => (IReadOnlyList<string>)[.. axis.Union(followers.Where(f => axis.Contains(f.Leader)).Select(f => f.Name))])];
        }

        return axes;
    }

    /// <summary>The entries of a section by the names of their parameters, whether these are dotted or nested.</summary>
    internal static IEnumerable<(string Name, YamlNode Value)> Named(YamlNode? node, string prefix = "")
    {
        foreach (var (key, value) in (node as YamlMap)?.Entries ?? [])
        {
            // What has a dot is a parameter already; so is what no nested mapping can stand for.
            if (value is YamlMap nested && !key.Text.Contains('.', StringComparison.Ordinal) && prefix.Length == 0 && !IsForm(nested))
            {
                foreach (var inner in Named(nested, key.Text + ".")) yield return inner;
            }
            else
            {
                yield return (prefix + key.Text, value);
            }
        }
    }

    private static bool IsForm(YamlMap map) => map.Entries.Any(e => e.Key.Text is "log" or "linear" or "range" or "of");
}
