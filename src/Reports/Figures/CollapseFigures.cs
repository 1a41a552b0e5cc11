using ScottPlot;

namespace VicRegSweeps.Reports;

/// <summary>The collapse map of a pair of axes: verdicts of both spaces and the objective, seeds and other axes taken together.</summary>
internal static class CollapseFigures
{
    private const int MostPairs = 6;
    private const int MostTexts = 12;

    /// <param name="influence">What the life of the representation depends on: pairs of the axes that matter most come first.</param>
    public static IEnumerable<Figure> Of(ReportData data, Influence influence)
    {
        var order = influence.Order;
        var pairs = order.Index().SelectMany(a => order.Take(a.Index).Select(first => (X: first, Y: a.Item))).ToList();
        if (data.Axes.Count == 1) pairs = [(0, -1)];
        return pairs.Take(MostPairs).Select(pair => Map(data, pair.X, pair.Y));
    }

    private static Figure Map(ReportData data, int x, int y)
    {
        var (across, up) = (data.Axes[x], y < 0 ? null : data.Axes[y]);
        var others = data.Axes.Count - (y < 0 ? 1 : 2);
        var judged = data.Trials.Count(t => t.IsAlive("representation") is not null);
        return new Figure(
            $"collapse-{Slug.Of(across.ShortName)}{(up is null ? "" : $"-{Slug.Of(up.ShortName)}")}",
            up is null ? $"Collapse by {across.Name}" : $"Collapse by {across.Name} and {up.Name}",
            $"Share of the trials in each cell by verdict, and the mean of {data.Objective.Name}; n = {Shown.Count(judged, "trial")} with a verdict, "
            + $"over {Shown.Count(data.Seeds.Count, "seed")}{(others == 0 ? "" : others == 1 ? " and another axis" : $" and {others} other axes")}. "
            + "Blank cells were not run; nothing is imputed.",
            "Each cell is divided by how many of its trials are not collapsed, collapsed in dimension, collapsed completely, or failed.",
            3,
            350,
            Math.Clamp(150 + (34 * (up?.Levels.Count ?? 1)), 220, 480),
            [
                .. ReportData.Spaces.Select(space => new Panel($"{space}: verdict", across.Name, up?.ShortName ?? "", plot => Verdicts(plot, data, space, x, y))),
                new Panel(data.Objective.Name, across.Name, up?.ShortName ?? "", plot => Means(plot, data, x, y)),
            ])
        {
            Legend =
            [
                new("alive (none)", Ink.Alive, Fill: true),
                new("dimensional", Ink.Dimensional, Fill: true) { Hatch = Hatch.Striped },
                new("complete", Ink.Complete, Fill: true),
                new("failed", Ink.Failed, Fill: true) { Hatch = Hatch.Crossed },
                new("number: alive of judged; ◌ stopped early", Colors.Transparent),
            ],
        };
    }

    private static void Verdicts(Plot plot, ReportData data, string space, int x, int y)
    {
        Frame(plot, data, x, y);
        foreach (var cell in Cells(data, x, y))
        {
            var parts = new (int Count, Color Color, Hatch Hatch)[]
            {
                (cell.Trials.Count(t => t.IsAlive(space) == true), Ink.Alive, Hatch.None),
                (Judged("dimensional"), Ink.Dimensional, Hatch.Striped),
                (Judged("complete"), Ink.Complete, Hatch.None),
                (cell.Trials.Count(t => t.Recorded.State == SweepEngine.TrialState.Failed), Ink.Failed, Hatch.Crossed),
            };
            var total = parts.Sum(p => p.Count);
            var left = cell.X - 0.48;
            foreach (var (count, color, hatch) in parts.Where(p => p.Count > 0))
            {
                var right = left + (0.96 * count / total);
                plot.Box(left, right, cell.Y - 0.47, cell.Y + 0.47, color, hatch);
                left = right;
            }

            if (!HasTexts(data, x, y) || total == 0) continue;
            var judged = parts.Take(3).Sum(p => p.Count);
            var text = judged == 0 ? "failed" : $"{parts[0].Count}/{judged}{(cell.Trials.Any(t => t.IsCensored) ? " ◌" : "")}";
            Tag(plot, text, cell.X, cell.Y);

            int Judged(string verdict) => cell.Trials.Count(t => t.Counts && t.Panel(space)?.Verdict == verdict);
        }
    }

    private static void Means(Plot plot, ReportData data, int x, int y)
    {
        Frame(plot, data, x, y);
        var cells = Cells(data, x, y)
            .Select(c => (c.X, c.Y, Values: c.Trials.Where(t => t.Counts && t.Values[data.Objective.Index] is not null)
                .Select(t => t.Values[data.Objective.Index]!.Value).ToList()))
            .Where(c => c.Values.Count > 0).ToList();
        if (cells.Count == 0) return;

        var (low, high) = (cells.Min(c => c.Values.Average()), cells.Max(c => c.Values.Average()));
        foreach (var (cx, cy, values) in cells)
        {
            var mean = values.Average();
            var color = Ink.Scale(high > low ? (mean - low) / (high - low) : 0.5);
            plot.Box(cx - 0.48, cx + 0.48, cy - 0.47, cy + 0.47, color);
            if (HasTexts(data, x, y)) plot.Label($"{Shown.Number(mean, 3)}\nn = {values.Count}", cx, cy, Ink.On(color), 10);
        }
    }

    private static void Frame(Plot plot, ReportData data, int x, int y)
    {
        plot.HideGrid();
        plot.Axes.Bottom.Levels(data.Axes[x]);
        if (y >= 0) plot.Axes.Left.Levels(data.Axes[y]);
        else plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.EmptyTickGenerator();
        plot.Axes.SetLimits(-0.55, data.Axes[x].Levels.Count - 0.45, -0.55, (y < 0 ? 1 : data.Axes[y].Levels.Count) - 0.45);
    }

    private static bool HasTexts(ReportData data, int x, int y) =>
        data.Axes[x].Levels.Count <= MostTexts / 2 && (y < 0 || data.Axes[y].Levels.Count <= MostTexts);

    private static void Tag(Plot plot, string text, double x, double y)
    {
        var label = plot.Add.Text(text, x, y);
        (label.LabelStyle.FontSize, label.LabelStyle.ForeColor, label.LabelStyle.FontName) = (11, Ink.Text, Ink.Family);
        (label.LabelStyle.Alignment, label.LabelStyle.BackgroundColor, label.LabelStyle.Padding) = (Alignment.MiddleCenter, Colors.White.WithAlpha(0.85), 3);
    }

    private static IEnumerable<(double X, double Y, IReadOnlyList<ReportTrial> Trials)> Cells(ReportData data, int x, int y) => data.Trials
        .GroupBy(t => (X: t.Levels[x], Y: y < 0 ? 0 : t.Levels[y]))
        .Select(g => ((double)g.Key.X, (double)g.Key.Y, (IReadOnlyList<ReportTrial>)[.. g]));
}
