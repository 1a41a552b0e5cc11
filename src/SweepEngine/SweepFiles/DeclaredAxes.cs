namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Which parameters a sweep file moves, and which of them together.</summary>
/// <param name="Axes">For every axis of the file and of its blocks the names of its parameters: one in a grid, several in a zip.</param>
/// <param name="IsSampled">Whether the file draws some of its points, so that how they lie says nothing of its axes.</param>
/// <remarks>It needs no catalogue: a store keeps the text of its sweep file, and may be of another version.</remarks>
public sealed record DeclaredAxes(IReadOnlyList<IReadOnlyList<string>> Axes, bool IsSampled)
{
    /// <param name="text">A sweep file; one that cannot be read declares nothing.</param>
    public static DeclaredAxes Of(string text)
    {
        try
        {
            return YamlTree.Parse(text, new Complaints("")) is YamlMap file
                ? new DeclaredAxes([.. Levels(file).SelectMany(AxesOf)], file["sample"]?.Value is YamlMap)
                : new DeclaredAxes([], false);
        }
        catch (SweepException)
        {
            return new DeclaredAxes([], false);
        }
    }

    /// <summary>
    /// The zips of all files that hold everywhere: no axis of any file has some of a zip's parameters without the others.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> Zips(IEnumerable<DeclaredAxes> files)
    {
        var all = files.SelectMany(f => f.Axes).ToList();
        return [.. all.Where(zip => zip.Count > 1 && all.All(a => !a.Intersect(zip).Any() || a.ToHashSet().SetEquals(zip))).DistinctBy(zip => zip.Min())];
    }

    private static IEnumerable<YamlMap> Levels(YamlMap file) =>
        file["blocks"]?.Value is YamlList blocks ? blocks.Items.OfType<YamlMap>().Prepend(file) : [file];

    private static IEnumerable<IReadOnlyList<string>> AxesOf(YamlMap level)
    {
        if (level["grid"]?.Value is YamlMap grid)
        {
            foreach (var (key, _) in grid.Entries) yield return [key.Text];
        }

        if (level["zip"]?.Value is not YamlList zips) yield break;
        foreach (var zip in zips.Items.OfType<YamlMap>()) yield return [.. zip.Entries.Select(e => e.Key.Text)];
    }
}
