using System.Text;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>The small pieces that messages are made of.</summary>
internal static class Wording
{
    private const int LongestQuote = 60;

    /// <summary>Text from a file as it may be shown: in quotes, on one line, not too long.</summary>
    public static string Quoted(string text)
    {
        var shown = new StringBuilder("'");
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length > LongestQuote)
                return shown.Append("…'").ToString();
            shown.Append(Visible.Line(rune.ToString()));
        }

        return shown.Append('\'').ToString();
    }

    /// <summary><c>a, b or c</c>.</summary>
    public static string AnyOf(IEnumerable<string> items) => Listed([.. items], "or");

    /// <summary><c>a, b and c</c>.</summary>
    public static string AllOf(IEnumerable<string> items) => Listed([.. items], "and");

    /// <summary>The end of a message about an unknown name: the name that was probably meant, or else what there is.</summary>
    /// <param name="otherwise">Follows <c>; </c> where nothing is near; ends with a full stop.</param>
    public static string DidYouMean(string word, IEnumerable<string> names, string otherwise) =>
        Spelling.Nearest(word, names) is { } name ? $"; did you mean '{name}'?" : $"; {otherwise}";

    private static string Listed(string[] items, string last) =>
        items.Length < 2 ? string.Concat(items) : $"{string.Join(", ", items[..^1])} {last} {items[^1]}";
}
