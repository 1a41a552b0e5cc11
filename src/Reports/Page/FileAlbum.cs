using System.Text;
using VicRegSweeps.Reports.Figures;

namespace VicRegSweeps.Reports.Page;

/// <summary>Figures that are drawn at once: written as PNG and SVG, and shown within the page.</summary>
/// <param name="folder">Where the files go; made where it is missing.</param>
internal sealed class FileAlbum(string folder) : Album
{
    /// <summary>A longer SVG goes into the page as PNG: thousands of marks are slow as elements.</summary>
    private const int LongestSvg = 250_000;

    /// <summary>Pictures of a page with their descriptions, in bytes; further ones are linked to, so that a page with many axes opens too.</summary>
    private const int MostShown = 10_000_000;

    private readonly List<string> files = [];
    private long shown;

    /// <summary>Relative to the folder.</summary>
    public IReadOnlyList<string> Files => files;

    public override void Show(HtmlWriter page, Figure figure)
    {
        var isLarge = Draw(figure) > LongestSvg;
        var panels = Panels(figure, number => isLarge
            ? Image(figure, number, $"data:image/png;base64,{Convert.ToBase64String(FigureDrawing.PanelPng(figure, number))}")
            : FigureDrawing.PanelSvg(figure, number));
        var size = Encoding.UTF8.GetByteCount(panels);
        var fits = shown + size <= MostShown;
        if (fits) shown += size;
        Write(page, figure, fits ? panels : null);
    }

    public override void Keep(HtmlWriter page, Figure figure)
    {
        Draw(figure);
        WriteLinks(page, figure);
    }

    public override void Later(HtmlWriter page, string name, Action<HtmlWriter> write) => write(page);

    /// <returns>How long the SVG is, in letters.</returns>
    private int Draw(Figure figure)
    {
        var (svg, png) = ("", Array.Empty<byte>());
        Parallel.Invoke(() => svg = FigureDrawing.Svg(figure), () => png = FigureDrawing.Png(figure));
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{figure.Name}.svg"), svg);
        File.WriteAllBytes(Path.Combine(folder, $"{figure.Name}.png"), png);
        files.AddRange([$"{figure.Name}.svg", $"{figure.Name}.png"]);
        return svg.Length;
    }
}
