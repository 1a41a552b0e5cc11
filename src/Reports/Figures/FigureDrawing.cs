using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using SkiaSharp;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Reports.Figures;

/// <summary>Draws a figure as SVG or PNG.</summary>
/// <remarks>
/// ScottPlot lets go of paths that Skia still reads. A collection at that moment freed them, and ended the process; so finalizers are
/// held while a figure is drawn.
/// </remarks>
internal static partial class FigureDrawing
{
    private const int Edge = 14;
    private const int TitleSize = 16;
    private const int TextSize = 12;
    private const int TickSize = 11;
    private const int LineHeight = 18;
    private const int LeftSize = 66;
    private const int SymbolWidth = 26;
    private const int SymbolHeight = 16;

    /// <summary>Pixels of a PNG for each pixel of the figure: sharp on paper and on dense screens.</summary>
    private const int Density = 2;

    public static byte[] Png(Figure figure)
    {
        var (width, height) = Size(figure);
        return Png(width, height, canvas => Draw(canvas, figure, width));
    }

    /// <summary>An SVG document that stands alone, with title and description for screen readers.</summary>
    public static string Svg(Figure figure)
    {
        var (width, height) = Size(figure);
        return Svg(figure.Name, figure.Title, $"{figure.Subtitle} {figure.Description}", width, height, canvas => Draw(canvas, figure, width));
    }

    /// <summary>One panel by itself as SVG: a page sets title and legend as text of its own, and lets panels stand side by side or below each other.</summary>
    /// <param name="number">Its place in the figure.</param>
    public static string PanelSvg(Figure figure, int number) => Svg(
        $"{figure.Name}-{number}", TitleOf(figure, number), "", figure.PanelWidth, figure.PanelHeight, canvas => DrawPanel(canvas, figure, number, 0, 0));

    /// <summary>The same as PNG, for a panel of thousands of marks.</summary>
    public static byte[] PanelPng(Figure figure, int number) =>
        Png(figure.PanelWidth, figure.PanelHeight, canvas => DrawPanel(canvas, figure, number, 0, 0));

    /// <summary>What a panel is called where its title cannot be read: that of the figure where it has none of its own.</summary>
    public static string TitleOf(Figure figure, int number) =>
        figure.Panels[number]!.Title is { Length: > 0 } title ? $"{figure.Title}: {title.ReplaceLineEndings(" ")}" : figure.Title;

    /// <summary>The symbol of a legend's entry as SVG, without its text.</summary>
    public static string SymbolSvg(Figure figure, int number) => Svg(
        $"{figure.Name}-key-{number}", "", "", SymbolWidth, SymbolHeight, canvas => DrawSymbol(canvas, figure.Legend[number], 1, SymbolHeight / 2));

    private static byte[] Png(int width, int height, Action<SKCanvas> draw)
    {
        using var held = HeldFinalizers.Begin();
        using var surface = SKSurface.Create(new SKImageInfo(width * Density, height * Density));
        surface.Canvas.Scale(Density);
        surface.Canvas.Clear(SKColors.White);
        draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <param name="title">Empty for what is drawn for the eye alone.</param>
    private static string Svg(string name, string title, string description, int width, int height, Action<SKCanvas> draw)
    {
        using var held = HeldFinalizers.Begin();
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(width, height), stream)) draw(canvas);

        var svg = Encoding.UTF8.GetString(stream.ToArray());
        var start = svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal));
        // Where nothing was drawn, the element that Skia writes is closed at once.
        var body = svg[start - 1] == '/' ? "</svg>" : svg[(start + 1)..];
        // Ids are unique in the page that many figures stand in.
        body = Ids().Replace(body, match => $"{match.Groups[1].Value}{name}-{match.Groups[2].Value}");
        body = TextElement().Replace(body, WholeText);
        var about = title.Length == 0 ? "aria-hidden=\"true\"" : description.Length == 0
            ? $"role=\"img\" aria-label=\"{Html.Text(title)}\""
            : $"role=\"img\" aria-labelledby=\"{name}-title {name}-desc\"";
        var words = title.Length == 0 || description.Length == 0 ? ""
            : $"<title id=\"{name}-title\">{Html.Text(title)}</title>\n<desc id=\"{name}-desc\">{Html.Text(description)}</desc>\n";
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" height="{height}"
              viewBox="0 0 {width} {height}" style="image-rendering: pixelated" {about}>
            {words}
            """) + body;
    }

    /// <summary>
    /// Skia places letters one by one. One place and the length of the whole keep the text where it is in whatever font the reader has, and
    /// let it be searched, selected and read aloud as text.
    /// </summary>
    private static string WholeText(Match match)
    {
        var (attributes, text) = (match.Groups[1].Value, match.Groups[2].Value.Trim());
        var size = float.Parse(FontSize().Match(attributes).Groups[1].Value, CultureInfo.InvariantCulture);
        using var font = Font(size, isBold: attributes.Contains("font-weight=", StringComparison.Ordinal));
        var length = font.MeasureText(WebUtility.HtmlDecode(text));
        attributes = Places().Replace(attributes, place => $"{place.Groups[1].Value}{place.Groups[2].Value}\"");
        attributes = attributes.Replace(
            $"font-family=\"{Ink.Family}\"", $"font-family=\"{Ink.Family}, Helvetica, Arial, sans-serif\"", StringComparison.Ordinal);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<text {attributes.Trim()} textLength=\"{length:0.##}\" lengthAdjust=\"spacingAndGlyphs\">{text}</text>");
    }

    /// <summary>How wide a tick's label is, in pixels.</summary>
    public static double TickWidth(string text)
    {
        using var font = Font(TickSize);
        return font.MeasureText(text);
    }

    private static (int Width, int Height) Size(Figure figure)
    {
        var width = (figure.Columns * figure.PanelWidth) + (2 * Edge);
        var rows = (figure.Panels.Count + figure.Columns - 1) / figure.Columns;
        return (width, HeadHeight(figure, width) + (rows * figure.PanelHeight) + Edge);
    }

    private static int HeadHeight(Figure figure, int width) =>
        Edge + TitleSize + 8 + (Wrapped(figure.Subtitle, width).Count * LineHeight) + (LegendRows(figure, width) * (LineHeight + 3)) + 6;

    private static void Draw(SKCanvas canvas, Figure figure, int width)
    {
        canvas.Clear(SKColors.White);
        var y = Edge + TitleSize;
        DrawText(canvas, figure.Title, Edge, y, TitleSize, Ink.Text, isBold: true);
        y += 6;
        foreach (var line in Wrapped(figure.Subtitle, width)) DrawText(canvas, line, Edge, y += LineHeight, TextSize, Ink.Faint);
        DrawLegend(canvas, figure, width, y + 8);
        var top = HeadHeight(figure, width);
        foreach (var (number, panel) in figure.Panels.Index())
        {
            if (panel is null) continue;

            var (row, column) = Math.DivRem(number, figure.Columns);
            DrawPanel(canvas, figure, number, Edge + (column * figure.PanelWidth), top + (row * figure.PanelHeight));
        }
    }

    private static void DrawPanel(SKCanvas canvas, Figure figure, int number, int left, int above) => Framed(figure.Panels[number]!)
        .Render(canvas, new PixelRect(left, left + figure.PanelWidth, above + figure.PanelHeight, above));

    private static Plot Framed(Panel panel)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.Font.Set(Ink.Family);
        plot.Axes.Color(Ink.Faint);
        plot.Grid.MajorLineColor = Ink.Grid;
        plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Axes.Top.FrameLineStyle.IsVisible = false;
        plot.Axes.Title.Label.Text = panel.Title;
        (plot.Axes.Title.Label.FontSize, plot.Axes.Title.Label.Bold, plot.Axes.Title.Label.ForeColor) = (12, true, Ink.Text);
        foreach (var (axis, text) in new (IAxis, string)[] { (plot.Axes.Bottom, panel.XLabel), (plot.Axes.Left, panel.YLabel) })
        {
            axis.Label.Text = text;
            (axis.Label.FontSize, axis.Label.Bold, axis.Label.ForeColor) = (12, false, Ink.Text);
            (axis.TickLabelStyle.FontSize, axis.TickLabelStyle.ForeColor) = (TickSize, Ink.Text);
        }

        // Room for the label beside the ticks' numbers, which are measured before they are known.
        if (panel.YLabel.Length > 0) plot.Axes.Left.MinimumSize = LeftSize;
        plot.Legend.IsVisible = false;
        // Panels share a canvas, and a plot would begin by wiping it.
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        panel.Draw(plot);
        return plot;
    }

    private static void DrawLegend(SKCanvas canvas, Figure figure, int width, int top)
    {
        foreach (var (entry, x, row) in Placed(figure, width))
        {
            var y = top + (row * (LineHeight + 3)) + 8;
            DrawSymbol(canvas, entry, x, y);
            DrawText(canvas, entry.Text, x + 30, y + 4, TextSize, Ink.Text);
        }
    }

    /// <param name="y">The middle of the symbol.</param>
    private static void DrawSymbol(SKCanvas canvas, LegendEntry entry, float x, float y)
    {
        using var paint = Paint.NewDisposablePaint();
        if (entry.Fill)
        {
            var box = new PixelRect(x, x + 22, y + 6, y - 6);
            new FillStyle { Color = entry.Color, IsVisible = true }.Render(canvas, box, paint);
            HatchedBox.Draw(canvas, box, entry.Color, entry.Hatch);
            Drawing.DrawRectangle(canvas, box, paint, new LineStyle { Color = Ink.Faint, Width = 1 });
        }

        if (entry.Line is { } pattern)
        {
            // As a path: SVG has no dashes for what is drawn as a line.
            using var path = new SKPath();
            path.MoveTo(x, y);
            path.LineTo(x + 24, y);
            Drawing.DrawPath(canvas, paint, path, new LineStyle { Color = entry.Color, Width = 2, Pattern = pattern });
            paint.SKPathEffect = null!;    // the dashes would stay for the mark
        }

        if (entry.Marker != MarkerShape.None)
        {
            Drawing.DrawMarker(canvas, paint, new Pixel(x + 12, y),
                new MarkerStyle(entry.Marker, 8, entry.Color) { LineColor = entry.Color, LineWidth = 1.5f });
        }
    }

    private static int LegendRows(Figure figure, int width) =>
        figure.Legend.Count == 0 ? 0 : Placed(figure, width).Max(p => p.Row) + 1;

    /// <summary>Where each entry stands; rows break at the figure's edge.</summary>
    private static List<(LegendEntry Entry, float X, int Row)> Placed(Figure figure, int width)
    {
        using var font = Font(TextSize);
        var (x, row) = ((float)Edge, 0);
        var placed = new List<(LegendEntry, float, int)>();
        foreach (var entry in figure.Legend)
        {
            var length = 30 + font.MeasureText(entry.Text) + 18;
            if (x > Edge && x + length > width) (x, row) = (Edge, row + 1);
            placed.Add((entry, x, row));
            x += length;
        }

        return placed;
    }

    private static List<string> Wrapped(string text, int width)
    {
        using var font = Font(TextSize);
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && font.MeasureText(longer) > width - (2 * Edge))
            {
                lines.Add(line);
                longer = word;
            }

            line = longer;
        }

        if (line.Length > 0) lines.Add(line);
        return lines;
    }

    private static void DrawText(SKCanvas canvas, string text, float x, float y, float size, Color color, bool isBold = false)
    {
        using var font = Font(size, isBold);
        using var paint = new SKPaint { Color = color.ToSKColor(), IsAntialias = true };
        canvas.DrawText(text, x, y, font, paint);
    }

    private static SKFont Font(float size, bool isBold = false) => new(isBold ? Typefaces.Bold : Typefaces.Normal, size);

    [GeneratedRegex("""<text ([^>]*)>([^<]*)</text>""")]
    private static partial Regex TextElement();

    [GeneratedRegex(" font-size=\"([0-9.]+)\"")]
    private static partial Regex FontSize();

    [GeneratedRegex("( [xy]=\")([-0-9.e]+),[^\"]*\"")]
    private static partial Regex Places();

    [GeneratedRegex("""( id="|url\(#|xlink:href="#)([^"\)]+)""")]
    private static partial Regex Ids();
}
