using ScottPlot;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;

namespace VicRegSweeps.Reports.Figures;

/// <summary>The map of a pair of axes: verdicts of every space and the objective, seeds and other axes taken together.</summary>
internal static class CollapseFigures
{
    private const int MostPairs = 6;
    private const int MostTexts = 12;
    private const int Width = 350;

    /// <param name="influence">What the life of the main space depends on: pairs of the axes that matter most come first.</param>
    public static IEnumerable<Figure> Of(ReportData data, Influence influence)
    {
        var order = influence.Order;
        var pairs = order.Index().SelectMany(a => order.Take(a.Index).Select(first => (X: first, Y: a.Item))).ToList();
        if (data.Axes.Count == 1) pairs = [(0, -1)];
        return pairs.Take(MostPairs).Select(pair => Map(data, pair.X, pair.Y));
    }

    private static Figure Map(ReportData data, int x, int y)
    {
        var grid = new Grid(data, AxisBins.Of(data.Axes[x]), y < 0 ? null : AxisBins.Of(data.Axes[y]), x, y);
        var (across, up) = (data.Axes[x], y < 0 ? null : data.Axes[y]);
        var others = data.Axes.Count - (y < 0 ? 1 : 2);
        var (main, defect) = (data.MainSpace!, data.Words.Defect);
        var judged = data.Trials.Count(t => t.IsAlive(main) is not null);
        var ways = string.Join(", ", main.Space.Verdicts.Skip(1).Select(v => $"{defect.Participle} {v.How}"));
        return new Figure(
            $"{Slug.Of(defect.Noun)}-{Slug.Of(across.ShortName)}{(up is null ? "" : $"-{Slug.Of(up.ShortName)}")}",
            $"{Shown.Capital(defect.Noun)} by {across.Name}{(up is null ? "" : $" and {up.Name}")}",
            $"Share of the trials in each cell by verdict, and the mean of {data.Objective.Name}; n = {Shown.Count(judged, "trial")} with a verdict, "
            + $"over {Shown.Count(data.Seeds.Count, "seed")}{(others == 0 ? "" : others == 1 ? " and another axis" : $" and {others} other axes")}. "
            + $"{(grid.IsCoarse ? $"Neighbouring levels are taken together to {AxisBins.Most} at most. " : "")}Blank cells were not run; nothing is imputed.",
            $"Each cell is divided by how many of its trials are not {defect.Participle}, {ways}, or failed.",
            data.Spaces.Count + 1,
            Width,
            grid.Height,
            [
                .. data.Spaces.Select(space => new Panel($"{space.Name}: verdict", across.Name, up?.ShortName ?? "", plot => Verdicts(plot, grid, space))),
                new Panel(data.Objective.Name, across.Name, up?.ShortName ?? "", plot => Means(plot, grid)),
            ])
        {
            Legend =
            [
                .. data.Spaces
                    .SelectMany(s => s.Space.Verdicts.Index().Select(v => (
                        Entry: v.Index == 0 ? $"alive ({v.Item.Name})" : v.Item.Name, Look: Ink.OfVerdict(v.Index, s.Space))))
                    .Distinct().Select(v => new LegendEntry(v.Entry, v.Look.Colour, Fill: true) { Hatch = v.Look.Hatch }),
                new("failed", Ink.Failed, Fill: true) { Hatch = Hatch.Crossed },
                new("number: alive of judged; (s) some stopped early", Colors.Transparent),
            ],
        };
    }

    private static void Verdicts(Plot plot, Grid grid, ReportSpace space)
    {
        Frame(plot, grid);
        foreach (var cell in grid.Cells)
        {
            (int Count, (Color Color, Hatch Hatch) Look)[] parts =
            [
                .. space.Space.Verdicts.Index().Select(v => (
                    cell.Trials.Count(t => t.Counts && t.Verdict(space)?.Badness == v.Index), Ink.OfVerdict(v.Index, space.Space))),
                (cell.Trials.Count(t => t.State == SweepEngine.Running.TrialState.Failed), (Ink.Failed, Hatch.Crossed)),
            ];
            var total = parts.Sum(p => p.Count);
            var left = cell.X - 0.48;
            foreach (var (count, (color, hatch)) in parts.Where(p => p.Count > 0))
            {
                var right = left + (0.96 * count / total);
                plot.Box(left, right, cell.Y - 0.47, cell.Y + 0.47, color, hatch);
                left = right;
            }

            if (!grid.HasTexts || total == 0) continue;
            var judged = parts.SkipLast(1).Sum(p => p.Count);
            var text = judged == 0 ? "failed" : $"{parts[0].Count}/{judged}{(cell.Trials.Any(t => t.IsCensored) ? " (s)" : "")}";
            Tag(plot, text, cell.X, cell.Y);
        }
    }

    private static void Means(Plot plot, Grid grid)
    {
        Frame(plot, grid);
        var cells = grid.Cells
            .Select(c => (c.X, c.Y, Values: c.Trials.Where(t => t.IsScored).Select(t => t.Score!.Value).ToList()))
            .Where(c => c.Values.Count > 0).Select(c => (c.X, c.Y, Mean: c.Values.Average(), c.Values.Count)).ToList();
        if (cells.Count == 0) return;

        var (low, high) = (cells.Min(c => c.Mean), cells.Max(c => c.Mean));
        foreach (var (x, y, mean, count) in cells)
        {
            var color = Ink.Scale(Rounding.Difference(high, low) > 0 ? (mean - low) / (high - low) : 0.5);
            plot.Box(x - 0.48, x + 0.48, y - 0.47, y + 0.47, color);
            if (grid.HasTexts) plot.Label($"{Shown.Number(mean, 3)}\nn = {count}", x, y, Ink.On(color), 10);
        }
    }

    private static void Frame(Plot plot, Grid grid)
    {
        plot.HideGrid();
        plot.Axes.Bottom.LevelsAcross(grid.Across.Labels, Width);
        if (grid.Up is { } up) plot.Axes.Left.LevelsUp(up.Labels, grid.Height);
        else plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.EmptyTickGenerator();
        plot.Axes.SetLimits(-0.55, grid.Across.Count - 0.45, -0.55, (grid.Up?.Count ?? 1) - 0.45);
    }

    private static void Tag(Plot plot, string text, double x, double y)
    {
        var label = plot.Add.Text(text, x, y);
        (label.LabelStyle.FontSize, label.LabelStyle.ForeColor, label.LabelStyle.FontName) = (11, Ink.Text, Ink.Family);
        (label.LabelStyle.Alignment, label.LabelStyle.BackgroundColor, label.LabelStyle.Padding) = (Alignment.MiddleCenter, Colors.White.WithAlpha(0.85), 3);
    }

    /// <summary>The trials by two axes.</summary>
    private sealed class Grid(ReportData data, AxisBins across, AxisBins? up, int x, int y)
    {
        public AxisBins Across => across;

        public AxisBins? Up => up;

        public bool IsCoarse => across.IsCoarse || up is { IsCoarse: true };

        public bool HasTexts => across.Count <= MostTexts / 2 && (up is null || up.Count <= MostTexts);

        public int Height => Math.Clamp(150 + (34 * (up?.Count ?? 1)), 220, 480);

        public IReadOnlyList<(double X, double Y, IReadOnlyList<ReportTrial> Trials)> Cells { get; } =
        [
            .. data.Trials.GroupBy(t => (X: across.BinOf(t.Levels[x]), Y: up is null ? 0 : up.BinOf(t.Levels[y])))
                .Select(g => ((double)g.Key.X, (double)g.Key.Y, (IReadOnlyList<ReportTrial>)[.. g])),
        ];
    }
}
