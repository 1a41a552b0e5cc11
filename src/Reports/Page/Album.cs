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

    /// <summary>Pictures of a page with their descriptions, in bytes; further ones are linked to, so that a page with many axes opens too.</summary>
    private const int MostShown = 10_000_000;

    private readonly List<string> files = [];
    private long shown;

    /// <summary>Relative to the folder.</summary>
    public IReadOnlyList<string> Files => files;

    /// <summary>Writes the figure's files and shows it.</summary>
    public void Show(HtmlWriter page, Figure figure)
    {
        var (svg, png) = ("", Array.Empty<byte>());
        Parallel.Invoke(() => svg = FigureDrawing.Svg(figure), () => png = FigureDrawing.Png(figure));
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{figure.Name}.svg"), svg);
        File.WriteAllBytes(Path.Combine(folder, $"{figure.Name}.png"), png);
        files.AddRange([$"{figure.Name}.svg", $"{figure.Name}.png"]);

        var picture = new HtmlWriter();
        if (svg.Length <= LongestSvg)
        {
            picture.Markup(svg);
        }
        else
        {
            picture.Markup($"<img src=\"data:image/png;base64,{Convert.ToBase64String(png)}\" width=\"{Side(png, 16) / 2}\" height=\"{Side(png, 20) / 2}\" alt=\"")
                .Text($"{figure.Title}. {figure.Subtitle} {figure.Description}").Markup("\">");
        }

        var (markup, caption) = (picture.ToString(), Html.Text(figure.Description));
        var size = Encoding.UTF8.GetByteCount(markup) + Encoding.UTF8.GetByteCount(caption);
        var fits = shown + size <= MostShown;
        page.Markup($"<figure id=\"{figure.Name}\"><div class=\"scroll\" tabindex=\"0\">");
        if (fits) page.Markup(markup);
        else page.Element("p", $"{Shown.Cut(figure.Title, LongestTitle)}: left out of this page, which has many figures; see its files.");
        if (fits) shown += size;
        page.Markup("</div><figcaption>").Markup(fits ? caption : "")
            .Markup($" <span class=\"files\"><a href=\"figures/{figure.Name}.svg\">SVG</a> <a href=\"figures/{figure.Name}.png\">PNG</a></span></figcaption></figure>\n");
    }

    /// <summary>Width or height from the PNG's header: with both, nothing moves when the picture is there.</summary>
    private static int Side(byte[] png, int offset) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(offset));
}
