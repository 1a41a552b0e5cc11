using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;
using VicRegSweeps.Reports.Tables;

namespace VicRegSweeps.Reports.Figures;

/// <summary>What several figures do to a plot.</summary>
internal static class Plots
{
    private const int MostNumbers = 5;
    private const int LongestLabel = 24;

    private const double LineHeight = 16;

    /// <summary>Between two labels, in pixels.</summary>
    private const double Gap = 6;

    /// <summary>What of a panel's side is left for the plot itself.</summary>
    private const double PlotShare = 0.78;

    /// <summary>Labels an axis from left to right with levels at 0, 1, 2, …, as many as do not touch.</summary>
    /// <param name="width">Of the panel, in pixels.</param>
    public static void LevelsAcross(this IAxis axis, IReadOnlyList<string> levels, int width) =>
        Levels(axis, levels, levels.Max(level => FigureDrawing.TickWidth(Short(level))) + Gap, width);

    /// <summary>The same from bottom to top.</summary>
    /// <param name="height">Of the panel, in pixels.</param>
    public static void LevelsUp(this IAxis axis, IReadOnlyList<string> levels, int height) => Levels(axis, levels, LineHeight, height);

    /// <summary>Labels an axis with the numbers 0, 1, 2, … of so many, and with none beyond them.</summary>
    public static void Numbers(this IAxis axis, int count)
    {
        var every = (count + MostNumbers - 1) / MostNumbers;
        var ticks = Enumerable.Range(0, count).Where(number => number % every == 0).ToList();
        axis.TickGenerator = new NumericManual([.. ticks.Select(t => (double)t)], [.. ticks.Select(t => $"{t}")]);
    }

    /// <summary>Labels an axis of logarithms to base 10 with the numbers themselves.</summary>
    public static void Logarithmic(this IAxis axis, double low, double high)
    {
        var (from, to) = ((int)Math.Floor(low), (int)Math.Ceiling(high));
        var every = Math.Max(1, (to - from + 5) / 6);
        var ticks = new NumericManual();
        for (var power = from; power <= to; power++)
        {
            if ((power - from) % every == 0) ticks.AddMajor(power, Power(power));
            for (var digit = 2; digit < 10 && to - from <= 6; digit++)
            {
                var place = power + Math.Log10(digit);
                // Within two decades the powers alone are too few to read a number from.
                if (high - low < 2 && digit is 2 or 5) ticks.AddMajor(place, Shown.Number(digit * Math.Pow(10, power), 1));
                else ticks.AddMinor(place);
            }
        }

        axis.TickGenerator = ticks;
    }

    /// <summary>Marks alone, in one style.</summary>
    public static ScottPlot.Plottables.Markers Marks(this Plot plot, IEnumerable<Coordinates> places, Color color, MarkerShape shape, float size)
    {
        var marks = plot.Add.Markers(places.ToArray(), shape, size, color);
        (marks.MarkerLineColor, marks.MarkerLineWidth) = (color, 1.3f);
        return marks;
    }

    /// <summary>Numbers on an axis as the page writes them.</summary>
    public static void Plain(this IAxis axis) => axis.TickGenerator = new NumericAutomatic { TickDensity = 0.6, LabelFormatter = v => Shown.Number(v, 4) };

    /// <summary>A line with a band around it.</summary>
    /// <param name="thin">Whether it is one of many lines.</param>
    public static void Band(
        this Plot plot, IReadOnlyList<(double X, double Low, double Middle, double High)> points, Color color, LinePattern pattern, bool thin = false)
    {
        if (points.Count == 0) return;

        if (points.Any(p => p.High > p.Low))
        {
            var band = plot.Add.FillY([.. points.Select(p => p.X)], [.. points.Select(p => p.Low)], [.. points.Select(p => p.High)]);
            (band.FillColor, band.LineWidth, band.MarkerSize) = (color.WithAlpha(thin ? 0.08 : 0.15), 0, 0);
        }

        plot.Add.Plottable(new PatternedLine([.. points.Select(p => p.X)], [.. points.Select(p => p.Middle)], color, thin ? 1.2f : 1.8f, pattern));
        if (points.Count == 1) plot.Marks([new(points[0].X, points[0].Middle)], color, MarkerShape.FilledCircle, 6);
    }

    /// <summary>Text in the middle of a place.</summary>
    public static void Label(this Plot plot, string text, double x, double y, Color color, float size = 11)
    {
        var label = plot.Add.Text(text, x, y);
        (label.LabelStyle.FontSize, label.LabelStyle.ForeColor, label.LabelStyle.FontName) = (size, color, Ink.Family);
        label.LabelStyle.Alignment = Alignment.MiddleCenter;
    }

    /// <summary>One of many rectangles that touch each other.</summary>
    public static void Tile(this Plot plot, double left, double right, double bottom, double top, Color fill)
    {
        var tile = plot.Add.Rectangle(left, right, bottom, top);
        (tile.FillColor, tile.LineWidth) = (fill, 0);
    }

    /// <summary>A rectangle around a place.</summary>
    public static void Box(this Plot plot, double left, double right, double bottom, double top, Color fill, Hatch hatch = Hatch.None)
    {
        var box = new HatchedBox { X1 = left, X2 = right, Y1 = bottom, Y2 = top, Hatch = hatch };
        (box.FillStyle.Color, box.LineStyle.Width, box.LineStyle.Color) = (fill, 0.5f, Colors.White);
        plot.Add.Plottable(box);
    }

    /// <summary>
    /// A level that fits beside others. One of several values loses the last of them, and a text its middle; a number is shorter than
    /// that, and never cut: what is left would read as another number.
    /// </summary>
    public static string Short(string text)
    {
        if (text.Length <= LongestLabel) return text;

        var end = text.LastIndexOf('/', LongestLabel - 1);
        return end > 0 ? $"{text[..end]}/…" : $"{text[..(LongestLabel / 2)]}…{text[^((LongestLabel / 2) - 1)..]}";
    }

    private static void Levels(IAxis axis, IReadOnlyList<string> levels, double room, int side)
    {
        var every = Math.Max(1, (int)Math.Ceiling(levels.Count * room / (side * PlotShare)));
        var ticks = Enumerable.Range(0, levels.Count).Where(level => level % every == 0).ToList();
        axis.TickGenerator = new NumericManual([.. ticks.Select(t => (double)t)], [.. ticks.Select(t => Short(levels[t]))]);
        axis.MajorTickStyle.Length = 0;
    }

    private static string Power(int power) => power switch
    {
        >= -3 and <= 3 => Math.Pow(10, power).ToString("0.###", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"1e{power}"),
    };
}
