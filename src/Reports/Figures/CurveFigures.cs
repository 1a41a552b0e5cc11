using ScottPlot;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Tables;

namespace VicRegSweeps.Reports.Figures;

/// <summary>How the drawn points went: a small panel a loss term, raw and weighted, and a panel a headline metric. A line is a point.</summary>
internal static class CurveFigures
{
    private const int Width = 350;
    private const int Height = 265;
    private const int PanelsAcross = 3;

    /// <summary>Of a point in the legend, in letters: what a figure has room for.</summary>
    private const int LongestName = 150;

    /// <summary>Positive numbers whose largest is so many times the smallest are drawn on a logarithmic axis.</summary>
    private const double Decades = 30;

    private static readonly bool[] Both = [false, true];

    public static IEnumerable<Figure> Of(ReportData data, Courses courses)
    {
        if (courses.Points.Count == 0) yield break;

        if (courses.Rows > 0 && data.Words.Terms.Count > 0) yield return Losses(data, courses);
        if (courses.Trials.Values.Any(c => c.Panels.Count > 0)) yield return Metrics(data, courses);
    }

    private static Figure Losses(ReportData data, Courses courses)
    {
        var terms = data.Words.Terms.Index().OrderBy(t => t.Item.IsTotal).ToList();
        var panels = new List<Panel?>();
        foreach (var weighted in courses.HasWeights ? Both : [false])
        {
            // The total has its weights in it: it stands once, with the weighted terms where they are known.
            panels.AddRange(terms.Where(t => !t.Item.IsTotal || weighted || !courses.HasWeights).Select(t => Of(
                courses,
                t.Item.IsTotal ? t.Item.Name : $"{t.Item.Name}, {(weighted ? "weighted" : "raw")}",
                "step",
                point => courses.Loss(point, t.Index, weighted))));
        }

        var (fewest, most) = courses.Batches;
        return new Figure(
            "curves",
            "Loss terms",
            $"A line is a point, {Which(data, courses)}; bands are the range over its seeds. Each row of a trial averages "
            + $"{(fewest == most ? $"{most:#,0}" : $"{fewest:#,0} to {most:#,0}")} batches. "
            + $"{(courses.HasWeights ? "Raw terms, then as they are weighted in the total. " : "")}"
            + "An axis is logarithmic where the numbers span decades; zeros are left out of it."
            + (courses.AreThinned ? $" Neighbouring rows are averaged to at most {ThinnedSteps.Most:#,0} steps; curves.csv has them all." : ""),
            "A term that is weighted far below the others hardly affects the training.",
            Math.Min(PanelsAcross, terms.Count),
            Width,
            Height,
            panels)
        {
            Legend = Legend(courses),
        };
    }

    private static Figure Metrics(ReportData data, Courses courses) => new(
        "metrics",
        "Metrics over the epochs",
        $"A line is a point, {Which(data, courses)}; bands are the range over its seeds.",
        "A metric that falls while the loss still falls is training that no longer helps.",
        PanelsAcross,
        Width,
        Height,
        [
            .. courses.Metrics.Index().Where(m => courses.Points.Any(p => courses.MetricOf(p.Point, m.Index).Count > 0)).Select(m => Of(
                courses, $"{m.Item.Space.Name}/{m.Item.Metric.Name}", "epoch", point => courses.MetricOf(point, m.Index))),
        ])
    {
        Legend = Legend(courses),
    };

    /// <summary>Which points are drawn, in words.</summary>
    public static string Which(ReportData data, Courses courses)
    {
        var drawn = courses.Points.Count;
        var named = data.LabelHeader is { } header ? $", named by {header}" : "";
        return (drawn == data.Points.Count ? Shown.Count(drawn, "point")
            : $"{drawn} of {data.Points.Count:#,0} points: the best by {data.Objective.Name} solid, the middling dashed, the worst dotted") + named;
    }

    public static IReadOnlyList<LegendEntry> Legend(Courses courses) =>
        [.. courses.Points.Index().Select(p => new LegendEntry(Shown.Cut(p.Item.Name, LongestName), Colour(courses, p.Index), Pattern(p.Item)))];

    /// <summary>From the best to the worst, dark to light.</summary>
    public static Color Colour(Courses courses, int place) => Ink.OfLevel(place, courses.Points.Count);

    public static LinePattern Pattern(DrawnPoint point) => Ink.Patterns[(int)point.Standing];

    private static Panel Of(
        Courses courses, string title, string x, Func<ReportPoint, IReadOnlyList<(double At, double Low, double Mean, double High)>> curve)
    {
        var curves = courses.Points.Select(p => curve(p.Point).Where(c => double.IsFinite(c.Mean) && double.IsFinite(c.High)).ToList()).ToList();
        var values = curves.SelectMany(c => c).Select(c => c.Mean).Where(v => v != 0).ToList();
        var isLogarithmic = values.Count > 0 && values.Min() > 0 && values.Max() > Decades * values.Min();
        return new Panel(title, x, "", plot =>
        {
            var (low, high) = (double.MaxValue, double.MinValue);
            foreach (var (place, points) in curves.Index())
            {
                var drawn = isLogarithmic
                    ? points.Where(p => p.Mean > 0).Select(p => (p.At, Math.Log10(p.Low > 0 ? p.Low : p.Mean), Math.Log10(p.Mean), Math.Log10(p.High))).ToList()
                    : points;
                plot.Band(drawn, Colour(courses, place), Pattern(courses.Points[place]), thin: true);
                foreach (var (_, bottom, _, top) in drawn) (low, high) = (Math.Min(low, bottom), Math.Max(high, top));
            }

            if (low > high) return;
            // Numbers that differ by rounding alone are one number, with some room around it.
            var isOne = high - low <= 1e-9 * Math.Max(Math.Abs(low), Math.Abs(high));
            var room = !isOne ? (high - low) * 0.06 : isLogarithmic ? 0.05 : high == 0 ? 1 : 0.05 * Math.Abs(high);
            if (isLogarithmic) plot.Axes.Left.Logarithmic(low, high);
            else plot.Axes.Left.Plain();
            plot.Axes.SetLimitsY(low - room, high + room);
        });
    }
}
