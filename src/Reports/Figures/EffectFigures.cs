using ScottPlot;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;

namespace VicRegSweeps.Reports.Figures;

/// <summary>How the objective depends on each axis, and how much its seeds differ.</summary>
internal static class EffectFigures
{
    private const int MostPoints = 25;
    private const int MostDots = 2_000;

    /// <summary>The mean over all trials of each level, with its interval.</summary>
    public static Figure Main(ReportData data)
    {
        var scored = data.Trials.Where(t => t.IsScored).ToList();
        var dots = scored.Count <= MostDots
            ? scored
            : [.. data.Listed.Trials.Take(data.Listed.Sampled).Select(t => t.Trial).Where(t => t.IsScored).Take(MostDots)];
        var axes = data.Axes.Select(AxisBins.Of).ToList();
        var width = data.Axes.Count < 3 ? 460 : 350;
        return new Figure(
            "main-effects",
            $"Main effects on {data.Objective.Name}",
            $"Mean over all trials of a level, with its 95 % t-interval; n = {Shown.Count(scored.Count, "trial")}. "
            + $"Dots are {(dots.Count < scored.Count ? $"{dots.Count:#,0} of the trials, drawn by lot" : "trials")}."
            + (axes.Any(a => a.IsCoarse) ? $" Neighbouring levels are taken together to {AxisBins.Most} at most." : ""),
            "One panel an axis. A steep line is an axis that matters by itself; overlapping intervals are no proof of equality.",
            Math.Min(3, data.Axes.Count),
            width,
            300,
            [.. axes.Index().Select(a => new Panel(a.Item.Axis.Name, a.Item.Axis.Name, data.Objective.Name,
                plot => Effect(plot, a.Item, a.Index, scored, dots, width)))]);
    }

    /// <summary>The best points, seed by seed.</summary>
    public static Figure Seeds(ReportData data, IReadOnlyList<ReportPoint> ranking)
    {
        var shown = ranking.Take(MostPoints).ToList();
        var which = shown.Count < ranking.Count ? $"the best {shown.Count} of {ranking.Count:#,0} points" : Shown.Count(shown.Count, "point");
        return new Figure(
            "seeds",
            $"Seeds of {data.Objective.Name}",
            $"Every seed of {which}, the best first; the bar is the mean with its 95 % t-interval (none for a single seed). ◌ is a stopped trial.",
            "Points whose dots interleave are not told apart by these seeds.",
            1,
            1_000,
            90 + (24 * Math.Max(3, shown.Count)),
            [new Panel("", data.Objective.Name, "", plot => SeedsOf(plot, data, shown))]);
    }

    private static void Effect(Plot plot, AxisBins axis, int number, IReadOnlyList<ReportTrial> scored, IReadOnlyList<ReportTrial> dots, int width)
    {
        // Spread sideways by the trial's number, so that equal values are seen beside each other.
        plot.Marks(
            dots.Index().Select(t => new Coordinates(axis.BinOf(t.Item.Levels[number]) + (0.24 * ((t.Index * 0.618034 % 1) - 0.5)), t.Item.Score!.Value)),
            Ink.Faint.WithAlpha(0.45),
            MarkerShape.OpenCircle,
            4);

        var means = scored.GroupBy(t => axis.BinOf(t.Levels[number])).OrderBy(g => g.Key)
            .Select(g => (Level: (double)g.Key, Statistics: SampleStatistics.Of([.. g.Select(t => t.Score!.Value)]))).ToList();
        var line = plot.Add.ScatterLine(means.Select(m => m.Level).ToArray(), means.Select(m => m.Statistics.Mean!.Value).ToArray(), Ink.Terms[1]);
        line.LineWidth = 1.8f;
        Intervals(plot, means.Select(m => (m.Level, m.Statistics.Mean!.Value, m.Statistics)), vertical: true);
        plot.Marks(means.Select(m => new Coordinates(m.Level, m.Statistics.Mean!.Value)), Ink.Terms[1], MarkerShape.FilledCircle, 8);
        plot.Axes.Bottom.LevelsAcross(axis.Labels, width);
        plot.Axes.SetLimitsX(-0.5, axis.Count - 0.5);
    }

    private static void SeedsOf(Plot plot, ReportData data, List<ReportPoint> shown)
    {
        foreach (var (row, point) in shown.Index())
        {
            var (y, statistics) = (shown.Count - 1 - row, point.Statistics());
            var dots = point.Trials.Where(t => t.IsScored).Take(MostDots).ToList();
            Intervals(plot, [(statistics.Mean!.Value, (double)y, statistics)], vertical: false);
            plot.Marks(dots.Where(t => !t.IsCensored).Select(t => new Coordinates(t.Score!.Value, y)), Ink.Terms[1], MarkerShape.FilledCircle, 6);
            plot.Marks(dots.Where(t => t.IsCensored).Select(t => new Coordinates(t.Score!.Value, y)), Ink.Terms[1], MarkerShape.OpenCircle, 7);
            plot.Marks([new(statistics.Mean!.Value, y)], Ink.Text, MarkerShape.VerticalBar, 12);
        }

        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. shown.Index().Select(s => (double)(shown.Count - 1 - s.Index))],
            [.. shown.Select(p => $"{data.Describe(p.Levels)}  (n = {p.Scores().Count})")]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.SetLimitsY(-0.7, Math.Max(1, shown.Count) - 0.3);
    }

    private static void Intervals(Plot plot, IEnumerable<(double X, double Y, SampleStatistics Statistics)> means, bool vertical)
    {
        foreach (var (x, y, statistics) in means.Where(m => m.Statistics.Low is not null))
        {
            var (low, high) = (statistics.Low!.Value, statistics.High!.Value);
            var line = vertical ? plot.Add.Line(x, low, x, high) : plot.Add.Line(low, y, high, y);
            (line.LineWidth, line.LineColor) = (vertical ? 2 : 1.5f, vertical ? Ink.Terms[1] : Ink.Faint);
        }
    }
}
