using System.Globalization;
using System.Text;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Tables;

namespace VicRegSweeps.Reports.Page;

/// <summary>The figures of a page: how they are shown in it, and where they are drawn.</summary>
internal abstract class Album
{
    private const int LongestTitle = 300;

    /// <summary>Pixels between panels that a row has beside theirs.</summary>
    private const int Slack = 4;

    /// <summary>Two panels of this width, in pixels, stand beside each other on a telephone too.</summary>
    private const int SmallPanel = 260;

    /// <summary>Shows a figure, and keeps it to be drawn by itself too.</summary>
    public abstract void Show(HtmlWriter page, Figure figure);

    /// <summary>Keeps a figure to be drawn, and links to it: the page has what it shows in another form.</summary>
    public abstract void Keep(HtmlWriter page, Figure figure);

    /// <summary>Shows what takes long to work out: now, or once somebody looks.</summary>
    /// <param name="name">Tells it from other such parts of the page.</param>
    /// <param name="write">May be called again, by another thread.</param>
    public abstract void Later(HtmlWriter page, string name, Action<HtmlWriter> write);

    /// <param name="panels">Null where the figure is left out of the page.</param>
    protected static void Write(HtmlWriter page, Figure figure, string? panels)
    {
        page.Markup($"<figure id=\"{figure.Name}\">\n").Element("h4", Shown.Cut(figure.Title, LongestTitle));
        if (panels is not null) page.Element("p", figure.Subtitle, "class=\"note\"").Markup(panels);
        else page.Element("p", "Left out of this page, which has many figures; see its files.");
        page.Markup("<figcaption>").Text(panels is not null ? figure.Description : "").Markup($" {Links(figure)}</figcaption></figure>\n");
    }

    protected static void WriteLinks(HtmlWriter page, Figure figure) => page.Markup($"<p class=\"note no-print\">As a figure: {Links(figure)}</p>\n");

    /// <summary>Legend and panels, each by itself: on a narrow page they stand below each other, and text keeps its size.</summary>
    /// <param name="drawn">The markup of a panel by its number.</param>
    protected static string Panels(Figure figure, Func<int, string> drawn)
    {
        var markup = new StringBuilder("<div class=\"paper\">\n");
        if (figure.Legend.Count > 0)
        {
            markup.Append("<ul class=\"key\">");
            foreach (var (number, entry) in figure.Legend.Index())
                markup.Append("<li>").Append(FigureDrawing.SymbolSvg(figure, number)).Append(' ').Append(Html.Text(entry.Text)).Append("</li>\n");
            markup.Append("</ul>\n");
        }

        var small = figure.PanelWidth <= SmallPanel ? " small" : "";
        markup.Append(CultureInfo.InvariantCulture, $"<div class=\"panels{small}\" style=\"max-width:{(figure.Columns * figure.PanelWidth) + Slack}px\">");
        var panels = figure.Panels.Index().AsParallel().AsOrdered().Select(panel => panel.Item is null
            ? string.Create(CultureInfo.InvariantCulture, $"<span class=\"nothing\" style=\"width:{figure.PanelWidth}px\"></span>")
            : drawn(panel.Index)).ToList();
        foreach (var panel in panels) markup.Append(panel).Append('\n');
        return markup.Append("</div>\n</div>\n").ToString();
    }

    /// <summary>With its size, so that nothing moves when the picture is there.</summary>
    /// <param name="source">Where the picture is.</param>
    /// <param name="attributes">Further markup.</param>
    protected static string Image(Figure figure, int number, string source, string attributes = "") => string.Create(
        CultureInfo.InvariantCulture,
        $"<img src=\"{source}\" width=\"{figure.PanelWidth}\" height=\"{figure.PanelHeight}\" "
        + $"alt=\"{Html.Text(FigureDrawing.TitleOf(figure, number))}\"{attributes}>");

    private static string Links(Figure figure)
    {
        var title = Html.Text(Shown.Cut(figure.Title, LongestTitle));
        return $"<span class=\"files\"><a href=\"figures/{figure.Name}.svg\" aria-label=\"SVG: {title}\">SVG</a> "
            + $"<a href=\"figures/{figure.Name}.png\" aria-label=\"PNG: {title}\">PNG</a></span>";
    }
}
