using ScottPlot;
using ScottPlot.DataSources;
using ScottPlot.Plottables;

namespace VicRegSweeps.Reports.Figures;

/// <summary>A line whose dashes end with it.</summary>
/// <remarks>
/// The plottables of a plot share a paint, in which ScottPlot leaves the dashes. Skia turns those of a path into shapes, but complains
/// on standard error when text or a mark is to be written as SVG with them.
/// </remarks>
internal sealed class PatternedLine : Scatter
{
    public PatternedLine(double[] x, double[] y, Color color, float width, LinePattern pattern)
        : base(new ScatterSourceDoubleArray(x, y)) =>
        (LineColor, LineWidth, LinePattern, MarkerStyle) = (color, width, pattern, MarkerStyle.None);

    public override void Render(RenderPack rp)
    {
        base.Render(rp);
        rp.Paint.SKPathEffect = null!;
    }
}
