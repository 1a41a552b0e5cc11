using ScottPlot;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Figures;

/// <summary>Metrics over horizons, a line a point, and paths that were predicted over those that were taken.</summary>
internal static class HorizonFigures
{
    private const int Width = 350;
    private const int Height = 265;
    private const int PanelsAcross = 3;
    private const int PathSide = 350;

    /// <summary>Of what lies far below the others a panel shows so many times the height of all the better half.</summary>
    private const double MostBelow = 1.5;

    /// <summary>A small panel a metric.</summary>
    /// <param name="series">At least one.</param>
    public static Figure Metrics(ReportData data, Courses courses, ReportSpace space, IReadOnlyList<HorizonSeries> series)
    {
        var baselines = series.SelectMany(s => s.Baselines).ToList();
        return new Figure(
            $"horizons-{Slug.Of(space.Name)}",
            $"{Shown.Capital(space.Name)} over horizons",
            $"A line is a point, {CurveFigures.Which(data, courses)}: the mean over its seeds at the last evaluation, bands are 95 % t-intervals."
            + (baselines.Count > 0 ? " Grey lines are what others reach on the best point's data, without training." : ""),
            "A line that is better than the grey ones knows more than they do that far ahead; intervals that overlap are no proof of equality.",
            Math.Min(PanelsAcross, series.Count),
            Width,
            Height,
            [.. series.Select(s => new Panel($"{s.Name}_h", "horizon h", "", plot => Draw(plot, courses, space, s)))])
        {
            Legend =
            [
                .. CurveFigures.Legend(courses),
                .. baselines.Index().Select(b => new LegendEntry($"{b.Item.Name}_h of the best point", Ink.Faint, Grey(series, b.Item))),
            ],
        };
    }

    /// <summary>True and predicted paths of a few points.</summary>
    /// <param name="chosen">At least one. Rows of a sample with one label are a path; the first half of a row is where it was, the second half where it was said to be.</param>
    public static Figure Paths(ReportSpace space, IReadOnlyList<(string Title, VectorSample Sample)> chosen) => new(
        $"paths-{Slug.Of(space.Name)}",
        "Predicted paths over true ones",
        "A colour is a sequence. Its whole line is where it was, its dashed line where it was said to be, each up to its mark; one seed each. "
        + $"n = {Shown.Count(chosen[0].Sample.Labels.Distinct().Count(), "held-out sequence")}. y grows downwards, as in images.",
        "Dashed lines that leave the whole ones early are predictions that cannot be relied on; lines that shrink to a place know nothing of where it is.",
        chosen.Count,
        PathSide,
        PathSide,
        [.. chosen.Select(c => new Panel(c.Title, "x", "y", plot => Draw(plot, c.Sample)))])
    {
        Legend = [new("true", Ink.Text, LinePattern.Solid), new("predicted", Ink.Text, LinePattern.DenselyDashed)],
    };

    private static void Draw(Plot plot, Courses courses, ReportSpace space, HorizonSeries series)
    {
        var lines = courses.Points.Select(p => Curve(courses, p.Point, space, series)).ToList();
        foreach (var baseline in series.Baselines)
        {
            var points = Curve(courses, courses.Points[0].Point, space, baseline);
            if (points.Count == 0) continue;

            lines.Add(points);
            plot.Add.Plottable(new PatternedLine([.. points.Select(p => p.X)], [.. points.Select(p => p.Middle)], Ink.Faint, 2, Grey([series], baseline)));
        }

        foreach (var (place, points) in lines.Take(courses.Points.Count).Index())
            plot.Band(points, CurveFigures.Colour(courses, place), CurveFigures.Pattern(courses.Points[place]), thin: true);

        var values = lines.SelectMany(l => l).Select(p => p.Middle).Order().ToList();
        if (values.Count == 0)
        {
            plot.Label("not defined for these points", 0.5, 0.5, Ink.Faint);
            plot.Axes.SetLimits(0, 1, 0, 1);
            return;
        }

        // Few lines may lie so far off that the others would be one line.
        var (middle, top) = (values[values.Count / 2], values[^1]);
        var bottom = Math.Max(values[0], middle - (MostBelow * Math.Max(top - middle, 1e-9)) - Math.Abs(middle));
        var room = top > bottom ? (top - bottom) * 0.06 : Math.Max(0.05 * Math.Abs(top), 1e-9);
        if (bottom - room < 0 && top + room > 0)
        {
            var zero = plot.Add.HorizontalLine(0);
            (zero.LineWidth, zero.LineColor) = (1, Ink.Faint.WithAlpha(0.5));
        }

        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. Enumerable.Range(1, series.Metrics.Count).Where(Shows).Select(h => (double)h)], [.. Enumerable.Range(1, series.Metrics.Count).Where(Shows).Select(h => $"{h}")]);
        plot.Axes.Left.Plain();
        plot.Axes.SetLimits(0.7, lines.SelectMany(l => l).Max(p => p.X) + 0.3, bottom - room, top + room);

        static bool Shows(int horizon) => horizon <= 4 || horizon % 2 == 0;
    }

    private static List<(double X, double Low, double Middle, double High)> Curve(Courses courses, ReportPoint point, ReportSpace space, HorizonSeries series) =>
    [
        .. series.Metrics.Select((m, i) => (Horizon: i + 1.0, Statistics: courses.Last(point, space, m))).Where(h => h.Statistics.Mean is not null)
            .Select(h => (h.Horizon, h.Statistics.Low ?? h.Statistics.Mean!.Value, h.Statistics.Mean!.Value, h.Statistics.High ?? h.Statistics.Mean!.Value)),
    ];

    /// <summary>The look of a baseline among those of its metric.</summary>
    private static LinePattern Grey(IReadOnlyList<HorizonSeries> series, HorizonSeries baseline) =>
        Ink.Patterns[series.First(s => s.Baselines.Contains(baseline)).Baselines.Index().First(b => b.Item == baseline).Index % Ink.Patterns.Count];

    private static void Draw(Plot plot, VectorSample sample)
    {
        var (half, xs, ys) = (sample.Dimension / 2, new List<double>(), new List<double>());
        foreach (var (number, path) in sample.Labels.Index().GroupBy(l => l.Item, l => l.Index).Index())
        {
            for (var pair = 0; pair + 1 < half; pair += 2)
            {
                var (x, y) = (Numbers(pair), Numbers(pair + 1));
                var (readX, readY) = (Numbers(half + pair), Numbers(half + pair + 1));
                xs.AddRange(x);
                ys.AddRange(y);
                plot.Add.Plottable(new PatternedLine(x, y, Ink.OfClass(number), 1.2f, LinePattern.Solid));
                plot.Add.Plottable(new PatternedLine(readX, readY, Ink.OfClass(number), 1.8f, LinePattern.DenselyDashed));
                plot.Marks([new(x[^1], y[^1]), new(readX[^1], readY[^1])], Ink.OfClass(number), Ink.ShapeOf(number), 7);
            }

            double[] Numbers(int column) => [.. path.Select(row => (double)sample.Values[(row * sample.Dimension) + column])];
        }

        if (xs.Count == 0) return;

        // One scale for both, so that a path keeps its shape. What is predicted far outside is cut off.
        var (middleX, middleY) = ((xs.Min() + xs.Max()) / 2, (ys.Min() + ys.Max()) / 2);
        var reach = Math.Max(Math.Max(xs.Max() - xs.Min(), ys.Max() - ys.Min()) * 0.6, 1e-9);
        plot.Axes.SetLimits(middleX - reach, middleX + reach, middleY + reach, middleY - reach);
        plot.Axes.Bottom.Plain();
        plot.Axes.Left.Plain();
    }
}
