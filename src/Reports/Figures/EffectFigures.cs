using ScottPlot;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;

namespace VicRegSweeps.Reports.Figures;

/// <summary>How the objective depends on each axis, and how much its seeds differ.</summary>
internal static class EffectFigures
{
    /// <summary>Points whose seeds are shown.</summary>
    public const int MostPoints = 25;

    private const int MostDots = 2_000;

    /// <summary>The mean over all trials of each level, with its interval.</summary>
    public static Figure Main(ReportData data)
    {
        var scored = data.Trials.Where(t => t.IsScored).ToList();
        var dots = scored.Count <= MostDots
            ? scored
            : [.. data.Listed.Trials.Take(data.Listed.Sampled).Select(t => t.Trial).Where(t => t.IsScored).Take(MostDots)];
        var axes = data.Axes.Select(AxisBins.Of).ToList();
        const int width = 350;
        var range = Range(data, scored, dots, axes);
        return new Figure(
            "main-effects",
            $"Main effects on {data.Objective.Name}",
            $"Mean over all trials of a level, with its 95 % t-interval; n = {Shown.Count(scored.Count, "trial")}. "
            + $"Dots are {(dots.Count < scored.Count ? $"{dots.Count:#,0} of the trials, drawn by lot" : "trials")}."
            + (axes.Any(a => a.IsCoarse) ? $" Neighbouring levels are taken together to {AxisBins.Most} at most." : ""),
            "One panel an axis, all on one scale. An axis whose means differ much matters by itself; "
            + "overlapping intervals are no proof of equality.",
            Math.Min(3, data.Axes.Count),
            width,
            300,
            [.. axes.Index().Select(a => new Panel(a.Item.Axis.Name, a.Item.Axis.Name, data.Objective.Name,
                plot => Effect(plot, a.Item, a.Index, data.Objective, scored, dots, width, range)))]);
    }

    /// <summary>The best points, seed by seed.</summary>
    public static Figure Seeds(ReportData data, IReadOnlyList<ReportPoint> ranking)
    {
        var shown = ranking.Take(MostPoints).ToList();
        var which = shown.Count < ranking.Count ? $"the best {shown.Count} of {ranking.Count:#,0} points" : Shown.Count(shown.Count, "point");
        return new Figure(
            "seeds",
            $"Seeds of {data.Objective.Name}",
            $"Every seed of {which}, the best first; the bar is the mean with its 95 % t-interval (none for a single seed). A hollow dot is a stopped trial."
                + (data.LabelHeader is { } header ? $" Points are named by {header}." : ""),
            "Points whose dots interleave are not told apart by these seeds.",
            1,
            1_000,
            90 + (24 * Math.Max(3, shown.Count)),
            [new Panel("", data.Objective.Name, "", plot => SeedsOf(plot, data, shown))]);
    }

    /// <summary>One scale for all panels, so that they can be compared: it holds every dot and every interval.</summary>
    private static (double Low, double High) Range(
        ReportData data, List<ReportTrial> scored, IReadOnlyList<ReportTrial> dots, List<AxisBins> axes)
    {
        if (scored.Count == 0) return (0, 1);

        var values = dots.Select(t => t.Score!.Value).ToList();
        foreach (var (number, axis) in axes.Index())
        {
            foreach (var statistics in Means(axis, number, scored).Select(m => m.Statistics))
            {
                var (from, to) = data.Objective.Bounded(statistics);
                values.AddRange([statistics.Mean!.Value, from ?? statistics.Mean.Value, to ?? statistics.Mean.Value]);
            }
        }

        var room = Math.Max(0.05 * (values.Max() - values.Min()), 1e-9);
        return (values.Min() - room, values.Max() + room);
    }

    private static List<(double Level, SampleStatistics Statistics)> Means(AxisBins axis, int number, IReadOnlyList<ReportTrial> scored) =>
    [
        .. scored.GroupBy(t => axis.BinOf(t.Levels[number])).OrderBy(g => g.Key)
            .Select(g => ((double)g.Key, SampleStatistics.Of([.. g.Select(t => t.Score!.Value)]))),
    ];

    private static void Effect(
        Plot plot,
        AxisBins axis,
        int number,
        Objective objective,
        IReadOnlyList<ReportTrial> scored,
        IReadOnlyList<ReportTrial> dots,
        int width,
        (double Low, double High) range)
    {
        // Spread sideways by the trial's number, so that equal values are seen beside each other.
        plot.Marks(
            dots.Index().Select(t => new Coordinates(axis.BinOf(t.Item.Levels[number]) + (0.24 * ((t.Index * 0.618034 % 1) - 0.5)), t.Item.Score!.Value)),
            Ink.Faint.WithAlpha(0.45),
            MarkerShape.OpenCircle,
            4);

        var means = Means(axis, number, scored);
        // Between categories there is nothing, so no line leads from one to the next.
        if (axis.Axis.IsNumeric)
        {
            var line = plot.Add.ScatterLine(means.Select(m => m.Level).ToArray(), means.Select(m => m.Statistics.Mean!.Value).ToArray(), Ink.Terms[1]);
            line.LineWidth = 1.8f;
        }

        Intervals(plot, objective, means.Select(m => (m.Level, m.Statistics.Mean!.Value, m.Statistics)), vertical: true);
        plot.Marks(means.Select(m => new Coordinates(m.Level, m.Statistics.Mean!.Value)), Ink.Terms[1], MarkerShape.FilledCircle, 8);
        plot.Axes.Bottom.LevelsAcross(axis.Labels, width);
        plot.Axes.Left.Plain();
        plot.Axes.SetLimits(-0.5, axis.Count - 0.5, range.Low, range.High);
    }

    private static void SeedsOf(Plot plot, ReportData data, List<ReportPoint> shown)
    {
        foreach (var (row, point) in shown.Index())
        {
            var (y, statistics) = (shown.Count - 1 - row, point.Statistics());
            var dots = point.Trials.Where(t => t.IsScored).Take(MostDots).ToList();
            Intervals(plot, data.Objective, [(statistics.Mean!.Value, (double)y, statistics)], vertical: false);
            plot.Marks(dots.Where(t => !t.IsCensored).Select(t => new Coordinates(t.Score!.Value, y)), Ink.Terms[1], MarkerShape.FilledCircle, 6);
            plot.Marks(dots.Where(t => t.IsCensored).Select(t => new Coordinates(t.Score!.Value, y)), Ink.Terms[1], MarkerShape.OpenCircle, 7);
            plot.Marks([new(statistics.Mean!.Value, y)], Ink.Text, MarkerShape.VerticalBar, 12);
        }

        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. shown.Index().Select(s => (double)(shown.Count - 1 - s.Index))],
            [.. shown.Select(p => $"{data.Label(p.Levels)}  (n = {p.Scores().Count})")]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.SetLimitsY(-0.7, Math.Max(1, shown.Count) - 0.3);
    }

    private static void Intervals(Plot plot, Objective objective, IEnumerable<(double X, double Y, SampleStatistics Statistics)> means, bool vertical)
    {
        foreach (var (x, y, statistics) in means.Where(m => m.Statistics.Low is not null))
        {
            var (low, high) = objective.Bounded(statistics) is ({ } from, { } to) ? (from, to) : (y, y);
            var line = vertical ? plot.Add.Line(x, low, x, high) : plot.Add.Line(low, y, high, y);
            (line.LineWidth, line.LineColor) = (vertical ? 2 : 1.5f, vertical ? Ink.Terms[1] : Ink.Faint);
        }
    }
}
