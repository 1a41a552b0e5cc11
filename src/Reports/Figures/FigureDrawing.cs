using System.Globalization;
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

    /// <summary>Pixels of a PNG for each pixel of the figure: sharp on paper and on dense screens.</summary>
    private const int Density = 2;

    // Kept for ever, so that none is freed under a font that is measured outside a drawing.
    private static readonly SKTypeface Normal = SKTypeface.FromFamilyName(Ink.Family, SKFontStyle.Normal);
    private static readonly SKTypeface Bold = SKTypeface.FromFamilyName(Ink.Family, SKFontStyle.Bold);

    public static byte[] Png(Figure figure)
    {
        using var held = HeldFinalizers.Begin();
        var (width, height) = Size(figure);
        using var surface = SKSurface.Create(new SKImageInfo(width * Density, height * Density));
        surface.Canvas.Scale(Density);
        Draw(surface.Canvas, figure, width);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>An SVG document that stands alone, with title and description for screen readers.</summary>
    public static string Svg(Figure figure)
    {
        using var held = HeldFinalizers.Begin();
        var (width, height) = Size(figure);
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(width, height), stream)) Draw(canvas, figure, width);

        var svg = Encoding.UTF8.GetString(stream.ToArray());
        var body = svg[(svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal)) + 1)..];
        // Ids are unique in the page that many figures stand in; text falls back to what the reader's machine has.
        body = Ids().Replace(body, match => $"{match.Groups[1].Value}{figure.Name}-{match.Groups[2].Value}");
        body = body.Replace($"font-family=\"{Ink.Family}\"", $"font-family=\"{Ink.Family}, Helvetica, Arial, sans-serif\"", StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" height="{height}" viewBox="0 0 {width} {height}" style="image-rendering: pixelated" role="img" aria-labelledby="{figure.Name}-title {figure.Name}-desc">
            <title id="{figure.Name}-title">{Html.Text(figure.Title)}</title>
            <desc id="{figure.Name}-desc">{Html.Text($"{figure.Subtitle} {figure.Description}")}</desc>
            """) + body;
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
            var (left, above) = (Edge + (column * figure.PanelWidth), top + (row * figure.PanelHeight));
            var plot = Framed(panel);
            plot.Render(canvas, new PixelRect(left, left + figure.PanelWidth, above + figure.PanelHeight, above));
        }
    }

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
            using var paint = Paint.NewDisposablePaint();
            var y = top + (row * (LineHeight + 3)) + 8;
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
                Drawing.DrawMarker(canvas, paint, new Pixel(x + 12, y), new MarkerStyle(entry.Marker, 8, entry.Color) { LineColor = entry.Color, LineWidth = 1.5f });
            }

            DrawText(canvas, entry.Text, x + 30, y + 4, TextSize, Ink.Text);
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

    private static SKFont Font(float size, bool isBold = false) => new(isBold ? Bold : Normal, size);

    [GeneratedRegex("""( id="|url\(#|xlink:href="#)([^"\)]+)""")]
    private static partial Regex Ids();
}
