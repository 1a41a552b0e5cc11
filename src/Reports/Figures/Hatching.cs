using ScottPlot;
using ScottPlot.Plottables;
using SkiaSharp;

namespace VicRegSweeps.Reports.Figures;

/// <summary>What tells a filled box from others without colour.</summary>
internal enum Hatch
{
    None,
    Striped,
    Crossed,
}

/// <summary>A box with lines across it, drawn one by one: ScottPlot's hatches are shaders, which Skia leaves out of SVG.</summary>
internal sealed class HatchedBox : Rectangle
{
    /// <summary>Pixels from one line to the next.</summary>
    private const float Spacing = 7;

    public required Hatch Hatch { get; init; }

    public override void Render(RenderPack rp)
    {
        base.Render(rp);
        Draw(rp.Canvas, Axes.GetPixelRect(CoordinateRect), FillColor, Hatch);
    }

    /// <summary>Draws the lines alone.</summary>
    /// <param name="fill">What they are drawn on.</param>
    public static void Draw(SKCanvas canvas, PixelRect box, Color fill, Hatch hatch)
    {
        if (hatch == Hatch.None) return;

        using var lines = new SKPath();
        for (var offset = -box.Height + (Spacing / 2); offset < box.Width; offset += Spacing)
        {
            // A line at 45 degrees through the bottom at this offset, from where it enters the box to where it leaves it.
            var (from, to) = (Math.Max(0, offset), Math.Min(box.Width, offset + box.Height));
            lines.MoveTo(box.Left + from, box.Bottom - (from - offset));
            lines.LineTo(box.Left + to, box.Bottom - (to - offset));
            if (hatch != Hatch.Crossed) continue;

            lines.MoveTo(box.Left + from, box.Top + (from - offset));
            lines.LineTo(box.Left + to, box.Top + (to - offset));
        }

        using var paint = new SKPaint { Color = Ink.On(fill).WithAlpha(0.55).ToSKColor(), IsStroke = true, StrokeWidth = 1.5f, IsAntialias = true };
        canvas.DrawPath(lines, paint);
    }
}
