using ScottPlot;

namespace VicRegSweeps.Reports;

/// <summary>How the objective depends on each axis, and how much its seeds differ.</summary>
internal static class EffectFigures
{
    private const int MostPoints = 25;
    private const int MostDots = 2_000;

    /// <summary>The mean over all trials of each level, with its interval.</summary>
    public static Figure Main(ReportData data) => new(
        "main-effects",
        $"Main effects on {data.Objective.Name}",
        $"Mean over all trials of a level, with its 95 % t-interval; n = {Shown.Count(Scored(data).Count(), "trial")}. Dots are trials.",
        "One panel an axis. A steep line is an axis that matters by itself; overlapping intervals are no proof of equality.",
        Math.Min(3, data.Axes.Count),
        data.Axes.Count < 3 ? 460 : 350,
        300,
        [.. data.Axes.Index().Select(axis => new Panel(axis.Item.Name, axis.Item.Name, data.Objective.Name, plot => Effect(plot, data, axis.Index)))]);

    /// <summary>The best points, seed by seed.</summary>
    public static Figure Seeds(ReportData data)
    {
        var ranking = data.Ranking();
        var shown = ranking.Take(MostPoints).ToList();
        var which = shown.Count < ranking.Count ? $"the best {shown.Count} of {ranking.Count} points" : Shown.Count(shown.Count, "point");
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

    private static IEnumerable<ReportTrial> Scored(ReportData data) => data.Trials.Where(t => t.Counts && t.Values[data.Objective.Index] is not null);

    private static void Effect(Plot plot, ReportData data, int axis)
    {
        var all = Scored(data).ToList();
        var every = (all.Count + MostDots - 1) / Math.Max(1, MostDots);
        // Spread sideways by the trial's number, so that equal values are seen beside each other.
        plot.Marks(
            all.Index().Where(t => every <= 1 || t.Index % every == 0).Select(t => new Coordinates(
                t.Item.Levels[axis] + (0.24 * ((t.Index * 0.618034 % 1) - 0.5)), t.Item.Values[data.Objective.Index]!.Value)),
            Ink.Faint.WithAlpha(0.45),
            MarkerShape.OpenCircle,
            4);

        var means = all.GroupBy(t => t.Levels[axis]).OrderBy(g => g.Key)
            .Select(g => (Level: (double)g.Key, Statistics: SampleStatistics.Of([.. g.Select(t => t.Values[data.Objective.Index]!.Value)]))).ToList();
        var line = plot.Add.ScatterLine(means.Select(m => m.Level).ToArray(), means.Select(m => m.Statistics.Mean!.Value).ToArray(), Ink.Terms[1]);
        line.LineWidth = 1.8f;
        Intervals(plot, means.Select(m => (m.Level, m.Statistics.Mean!.Value, m.Statistics)), vertical: true);
        plot.Marks(means.Select(m => new Coordinates(m.Level, m.Statistics.Mean!.Value)), Ink.Terms[1], MarkerShape.FilledCircle, 8);
        plot.Axes.Bottom.Levels(data.Axes[axis]);
        plot.Axes.SetLimitsX(-0.5, data.Axes[axis].Levels.Count - 0.5);
    }

    private static void SeedsOf(Plot plot, ReportData data, List<(ReportPoint Point, SampleStatistics Statistics)> shown)
    {
        foreach (var (row, (point, statistics)) in shown.Index())
        {
            var y = shown.Count - 1 - row;
            var dots = point.Trials.Where(t => t.Counts && t.Values[data.Objective.Index] is not null).ToList();
            Intervals(plot, [(statistics.Mean!.Value, (double)y, statistics)], vertical: false);
            plot.Marks(dots.Where(t => !t.IsCensored).Select(t => new Coordinates(t.Values[data.Objective.Index]!.Value, y)), Ink.Terms[1], MarkerShape.FilledCircle, 6);
            plot.Marks(dots.Where(t => t.IsCensored).Select(t => new Coordinates(t.Values[data.Objective.Index]!.Value, y)), Ink.Terms[1], MarkerShape.OpenCircle, 7);
            plot.Marks([new(statistics.Mean!.Value, y)], Ink.Text, MarkerShape.VerticalBar, 12);
        }

        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. shown.Index().Select(s => (double)(shown.Count - 1 - s.Index))],
            [.. shown.Select(s => $"{data.Describe(s.Point.Levels)}  (n = {s.Statistics.N})")]);
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
