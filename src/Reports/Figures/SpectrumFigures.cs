using ScottPlot;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Figures;

/// <summary>Singular values of every space, a line a point, and correlations within kept vectors.</summary>
internal static class SpectrumFigures
{
    public static IEnumerable<Figure> Of(ReportData data, Courses courses)
    {
        var spaces = data.Spaces.Where(space => courses.Points.Any(p => courses.Spectrum(p.Point, space).Count > 0)).ToList();
        return spaces.Count == 0 ? [] :
        [
            new Figure(
                "spectra",
                "Singular spectra",
                "Singular values of the centred held-out sample at the last evaluation, logarithmic. "
                + $"A line is a point, {CurveFigures.Which(data, courses)}: the geometric mean over its seeds, bands their range. "
                + "A line ends where its sizes end; values below 1e-7 of the largest are rounding, and left out.",
                "A spectrum that falls off early uses few dimensions; one that lies low as a whole hardly spreads at all.",
                Math.Clamp(spaces.Count, 1, 2),
                520,
                320,
                [.. spaces.Select(space => new Panel(
                    space.Name, "number of the singular value", "singular value", plot => Draw(plot, courses, space)))])
            {
                Legend = CurveFigures.Legend(courses),
            },
        ];
    }

    /// <summary>The correlations between the dimensions of a few kept samples of one space.</summary>
    public static Figure? Correlations(string space, IReadOnlyList<(string Title, VectorSample Sample)> chosen)
    {
        var shown = chosen.Where(c => c.Sample is { Dimension: > 1, Rows: > 2 }).ToList();
        if (shown.Count == 0) return null;

        return new Figure(
            "correlations",
            $"Correlations between the dimensions of the {space}",
            $"On the {Shown.Count(shown[0].Sample.Rows, "held-out image")} whose {space}s are kept, one seed each. Blue is −1, white 0, red 1; a dimension without variance is grey.",
            "Strong colours off the diagonal are dimensions that repeat each other, so that there are fewer than it seems.",
            Math.Min(3, shown.Count),
            350,
            330,
            [.. shown.Select(c => new Panel(c.Title, "dimension", "dimension", plot => Matrix(plot, c.Sample)))])
        {
            Legend =
            [
                new("−1", Diverging(-1), Fill: true), new("−0.5", Diverging(-0.5), Fill: true), new("0", Diverging(0), Fill: true),
                new("0.5", Diverging(0.5), Fill: true), new("1", Diverging(1), Fill: true),
            ],
        };
    }

    private static void Draw(Plot plot, Courses courses, ReportSpace space)
    {
        var (low, high) = (double.MaxValue, double.MinValue);
        foreach (var (place, point) in courses.Points.Index())
        {
            var points = courses.Spectrum(point.Point, space);
            if (points.Count == 0) continue;

            (low, high) = (Math.Min(low, points.Min(p => p.Low)), Math.Max(high, points.Max(p => p.High)));
            plot.Band(points, CurveFigures.Colour(courses, place), CurveFigures.Pattern(point), thin: true);
        }

        if (low > high) return;
        plot.Axes.Left.Logarithmic(low, high);
        plot.Axes.SetLimitsY(low - 0.2, high + 0.2);
    }

    private static void Matrix(Plot plot, VectorSample sample)
    {
        var correlations = Correlation.Of(sample.Values, sample.Dimension);
        var map = plot.Add.Heatmap(correlations);
        (map.Colormap, map.ManualRange, map.NaNCellColor) = (new Divergence(), new ScottPlot.Range(-1, 1), Ink.Grid);
        map.FlipVertically = true;
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, sample.Dimension - 0.5, -0.5, sample.Dimension - 0.5);
        plot.Axes.SquareUnits();
        plot.Axes.Bottom.Numbers(sample.Dimension);
        plot.Axes.Left.Numbers(sample.Dimension);
    }

    /// <summary>From blue over white to red, through colours that differ in lightness on both sides alike.</summary>
    private static Color Diverging(double value)
    {
        var end = value < 0 ? Color.FromHex("#05508c") : Color.FromHex("#a3152a");
        var share = (float)Math.Pow(Math.Min(1, Math.Abs(value)), 0.8);
        return Colors.White.MixedWith(end, share);
    }

    private sealed class Divergence : IColormap
    {
        public string Name => "Divergence";

        public Color GetColor(double position) => double.IsNaN(position) ? Ink.Grid : Diverging((2 * position) - 1);
    }
}
