using System.Text;

namespace VicRegSweeps.Reports.Figures;

/// <summary>Names of files and anchors: lower-case letters, digits and hyphens, whatever the text.</summary>
internal static class Slug
{
    public static string Of(string text)
    {
        var slug = new StringBuilder();
        foreach (var character in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(character)) slug.Append(character);
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }

        return slug.ToString().Trim('-') is { Length: > 0 } name ? name[..Math.Min(name.Length, 60)] : "x";
    }
}
