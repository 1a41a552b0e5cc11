using System.Globalization;
using System.Text;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Tables;

namespace VicRegSweeps.Reports.Page;

/// <summary>The figures of a report: drawn once, written as PNG and SVG, and shown in the page.</summary>
/// <param name="folder">Where the files go; made where it is missing.</param>
internal sealed class Album(string folder)
{
    /// <summary>A longer SVG goes into the page as PNG: thousands of marks are slow as elements.</summary>
    private const int LongestSvg = 250_000;

    private const int LongestTitle = 300;

    /// <summary>Pixels between panels that a row has beside theirs.</summary>
    private const int Slack = 4;

    /// <summary>Two panels of this width, in pixels, stand beside each other on a telephone too.</summary>
    private const int SmallPanel = 260;

    /// <summary>Pictures of a page with their descriptions, in bytes; further ones are linked to, so that a page with many axes opens too.</summary>
    private const int MostShown = 10_000_000;

    private readonly List<string> files = [];
    private long shown;

    /// <summary>Relative to the folder.</summary>
    public IReadOnlyList<string> Files => files;

    /// <summary>Writes the figure's files and shows it.</summary>
    public void Show(HtmlWriter page, Figure figure)
    {
        var isLarge = Write(figure) > LongestSvg;
        var markup = Panels(figure, isLarge);
        var size = Encoding.UTF8.GetByteCount(markup);
        var fits = shown + size <= MostShown;
        if (fits) shown += size;
        page.Markup($"<figure id=\"{figure.Name}\">\n").Element("h4", Shown.Cut(figure.Title, LongestTitle));
        if (fits) page.Element("p", figure.Subtitle, "class=\"note\"").Markup(markup);
        else page.Element("p", "Left out of this page, which has many figures; see its files.");
        page.Markup("<figcaption>").Text(fits ? figure.Description : "").Markup($" {Links(figure)}</figcaption></figure>\n");
    }

    /// <summary>Writes the figure's files, and links to them: the page has what they show in another form.</summary>
    public void Keep(HtmlWriter page, Figure figure)
    {
        Write(figure);
        page.Markup($"<p class=\"note no-print\">As a figure: {Links(figure)}</p>\n");
    }

    /// <returns>How long the SVG is, in letters.</returns>
    private int Write(Figure figure)
    {
        var (svg, png) = ("", Array.Empty<byte>());
        Parallel.Invoke(() => svg = FigureDrawing.Svg(figure), () => png = FigureDrawing.Png(figure));
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{figure.Name}.svg"), svg);
        File.WriteAllBytes(Path.Combine(folder, $"{figure.Name}.png"), png);
        files.AddRange([$"{figure.Name}.svg", $"{figure.Name}.png"]);
        return svg.Length;
    }

    private static string Links(Figure figure)
    {
        var title = Html.Text(Shown.Cut(figure.Title, LongestTitle));
        return $"<span class=\"files\"><a href=\"figures/{figure.Name}.svg\" aria-label=\"SVG: {title}\">SVG</a> "
            + $"<a href=\"figures/{figure.Name}.png\" aria-label=\"PNG: {title}\">PNG</a></span>";
    }

    /// <summary>Legend and panels, each by itself: on a narrow page they stand below each other, and text keeps its size.</summary>
    private static string Panels(Figure figure, bool asImages)
    {
        var markup = new StringBuilder();
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
            : asImages ? Image(figure, panel.Index) : FigureDrawing.PanelSvg(figure, panel.Index)).ToList();
        foreach (var panel in panels) markup.Append(panel).Append('\n');
        return markup.Append("</div>\n").ToString();
    }

    /// <summary>With its size, so that nothing moves when the picture is there.</summary>
    private static string Image(Figure figure, int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"<img src=\"data:image/png;base64,{Convert.ToBase64String(FigureDrawing.PanelPng(figure, number))}\" "
        + $"width=\"{figure.PanelWidth}\" height=\"{figure.PanelHeight}\" alt=\"{Html.Text(FigureDrawing.TitleOf(figure, number))}\">");
}
