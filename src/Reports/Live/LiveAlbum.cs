using System.Collections.Concurrent;
using System.Globalization;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Page;

namespace VicRegSweeps.Reports.Live;

/// <summary>Figures that are drawn when a browser asks for them, which it does once they come into view.</summary>
/// <param name="version">Changes with what figures show: an address with another version is another picture.</param>
/// <param name="figures">Gets the figures by name.</param>
internal sealed class LiveAlbum(string version, ConcurrentDictionary<string, Figure> figures) : Album
{
    public override void Show(HtmlWriter page, Figure figure)
    {
        figures[figure.Name] = figure;
        Write(page, figure, Panels(figure, number => Image(
            figure, number, string.Create(CultureInfo.InvariantCulture, $"figures/{figure.Name}/{number}?{version}"), " loading=\"lazy\"")));
    }

    public override void Keep(HtmlWriter page, Figure figure)
    {
        figures[figure.Name] = figure;
        WriteLinks(page, figure);
    }

    public override void Later(HtmlWriter page, string name, Action<HtmlWriter> write) =>
        page.Markup($"<div class=\"later\" data-part=\"{Html.Text(name)}\" data-version=\"{version}\">")
            .Element("p", "This is worked out once it comes into view.", "class=\"note\"").Markup("</div>\n");
}
