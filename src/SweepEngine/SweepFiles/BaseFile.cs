namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>A sweep file that another one builds on: what the other does not say is as it is here.</summary>
/// <param name="Path">As messages name it.</param>
/// <param name="Map">Valid on its own.</param>
/// <param name="Level">Its values, axes and exclusions.</param>
internal sealed record BaseFile(string Path, string Text, YamlMap Map, Level Level)
{
    private const string CommentMark = "#| ";

    // A question and a name are a sweep's own, and a base of a base would be a search through files.
    private static readonly string[] NotInherited = ["version", "name", "question", "base"];

    /// <summary>The names of all that holds from here, under a file of its own level: sections, then parameters.</summary>
    public IReadOnlyList<string> Gives(YamlMap file, Level own) =>
    [
        .. Map.Entries.Select(e => e.Key.Text).Where(k => !LevelReader.Keys.Contains(k) && !NotInherited.Contains(k) && file[k] is null),
        .. Level.Fixed.Keys.Concat(Level.Follows.Keys).Concat(Level.Axes.SelectMany(a => a.Columns).Select(c => c.Parameter.Name)).Where(n => !own.Names(n)),
    ];

    /// <summary>A file's text with its base as a comment behind it: so the two are kept together.</summary>
    public string Behind(string text) =>
        $"{text.TrimEnd()}\n\n# The base, {Visible.Line(Path)}, as it was read:\n{string.Concat(Text.TrimEnd().ReplaceLineEndings("\n").Split('\n').Select(l => $"{CommentMark}{l}\n"))}";

    /// <summary>The text of the base that <see cref="Behind"/> put into a file's; null where there is none.</summary>
    public static string? In(string text)
    {
        var lines = text.Split('\n').Where(l => l.StartsWith(CommentMark, StringComparison.Ordinal)).Select(l => l[CommentMark.Length..]).ToList();
        return lines.Count == 0 ? null : string.Join('\n', lines);
    }
}
