using System.Text;

namespace VicRegSweeps.Reports.Page;

/// <summary>Text made safe for HTML, SVG and attributes in double quotes.</summary>
internal static class Html
{
    /// <summary>Escapes markup, and drops what XML has no place for.</summary>
    public static string Text(string? text)
    {
        var escaped = new StringBuilder();
        foreach (var character in text ?? "")
        {
            escaped.Append(character switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\t' or '\n' or '\r' => $"{character}",
                < ' ' or '\uFFFE' or '\uFFFF' => "\uFFFD",
                _ => $"{character}",
            });
        }

        return escaped.ToString();
    }

    /// <summary>A name of an axis, for content alone: it may break after a slash or an underscore.</summary>
    public static string Name(string name) =>
        Text(name).Replace("/", "/<wbr>", StringComparison.Ordinal).Replace("_", "_<wbr>", StringComparison.Ordinal);
}
