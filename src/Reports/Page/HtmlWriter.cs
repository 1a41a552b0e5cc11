using System.Text;

namespace VicRegSweeps.Reports.Page;

/// <summary>A page in the making. Text is escaped where it is written; markup is ours alone.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder page = new();

    /// <summary>Markup of our own, as it is.</summary>
    public HtmlWriter Markup(string markup)
    {
        page.Append(markup);
        return this;
    }

    public HtmlWriter Text(string? text)
    {
        page.Append(Html.Text(text));
        return this;
    }

    /// <summary>An element that holds text.</summary>
    /// <param name="attributes">Markup, such as <c> class="note"</c>.</param>
    public HtmlWriter Element(string name, string? text, string attributes = "") =>
        Markup($"<{name}{(attributes.Length > 0 ? $" {attributes}" : "")}>").Text(text).Markup($"</{name}>\n");

    public HtmlWriter Section(string id, string title, Action content)
    {
        Markup($"<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n").Element("h2", title, $"id=\"{id}-h\"");
        content();
        return Markup("</section>\n");
    }

    /// <summary>A table in a frame that scrolls sideways where it is too wide.</summary>
    /// <param name="numeric">Which columns are numbers.</param>
    public HtmlWriter Table(string caption, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, params IReadOnlyList<int> numeric)
    {
        Markup("<div class=\"scroll\" tabindex=\"0\"><table>").Element("caption", caption).Markup("<thead><tr>");
        foreach (var (column, name) in header.Index()) Markup($"<th scope=\"col\"{(numeric.Contains(column) ? " class=\"n\"" : "")}>{Html.Name(name)}</th>\n");
        Markup("</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            Markup("<tr>");
            foreach (var (column, cell) in row.Index())
            {
                var number = numeric.Contains(column) ? " class=\"n\"" : "";
                Markup(column == 0 ? $"<th scope=\"row\"{number}>{Html.Name(cell)}</th>\n" : $"<td{number}>{Html.Text(cell)}</td>\n");
            }

            Markup("</tr>\n");
        }

        return Markup("</tbody></table></div>\n");
    }

    public override string ToString() => page.ToString();

}
