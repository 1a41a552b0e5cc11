using ScottPlot;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>Held-out embeddings coloured by class, before and after training, over the axes.</summary>
internal static class EmbeddingFigures
{
    private const int Side = 250;

    /// <summary>Panels of one figure share their scale unless one cloud is this much wider than another.</summary>
    private const double MostDifferent = 50;

    public static IEnumerable<Figure> Of(
        ReportData data, EmbeddingWall wall, int number, Func<IReadOnlyList<EmbeddingSample>, IReadOnlyList<FlatEmbedding>>? flatten, IReadOnlyList<string>? classes)
    {
        var cells = wall.Cells.OrderBy(c => c.Key).Select(c => (c.Key, c.Value)).ToList();
        var before = cells.Select(c => c.Value.Before).OfType<long>().Distinct().Take(1).Select(data.Store.Embedding).ToList();
        var samples = before.Concat(cells.Select(c => c.Value.After)).Select(Finite).ToList();
        if (wall.Dimension <= 2)
        {
            yield return Wall("plane", "", "The two dimensions themselves", samples.Select(s => new Picture(Plane(s), s.Labels, null)).ToList(), hasTicks: true);
            yield break;
        }

        if (flatten is null) yield break;

        var flat = flatten(samples);
        var perplexity = Shown.Number(flat.Max(f => f.Perplexity), 3);
        yield return Wall(
            "tsne",
            "t-SNE, ",
            $"t-SNE with perplexity {perplexity} and the final KL divergence in each title; distances between clusters mean nothing",
            flat.Zip(samples).Select(f => new Picture(f.First.TSne, f.Second.Labels, f.First.Divergence is { } kl ? $"KL {Shown.Number(kl, 3)}" : "one point")).ToList(),
            hasTicks: false);
        yield return Wall(
            "pca",
            "PCA, ",
            "The first two principal components, with the variance they hold in each title",
            flat.Zip(samples).Select(f => new Picture(f.First.Pca, f.Second.Labels, $"{Shown.Percent(f.First.Shares.First)} + {Shown.Percent(f.First.Shares.Second)}")).ToList(),
            hasTicks: true);

        Figure Wall(string kind, string how, string what, List<Picture> pictures, bool hasTicks)
        {
            var (after, first) = (pictures.Skip(before.Count).ToList(), before.Count > 0 ? pictures[0] : null);
            var scale = hasTicks ? CommonScale(after) : null;
            var (columns, rows) = (EmbeddingGallery.LevelsOf(data, wall.Across), EmbeddingGallery.LevelsOf(data, wall.Up));
            var panels = new List<Panel?>();
            foreach (var row in rows)
            {
                if (first is not null) panels.Add(row == rows[0] ? Shot("before training", first, null, hasTicks) : null);
                foreach (var column in columns)
                {
                    var place = cells.FindIndex(c => c.Key == (column, row));
                    panels.Add(place < 0 ? null : Shot(TitleOf(data, wall, column, row, cells[place].Value), after[place], scale, hasTicks));
                }
            }

            var images = samples.Max(s => s.Rows);
            return new Figure(
                $"embeddings-{number}-{kind}",
                $"{how}{wall.Dimension}-d embeddings{(wall.Fixed.Length > 0 ? $": {wall.Fixed}" : "")}",
                $"{what}. n = {Shown.Count(images, "held-out image")}, one seed a point; colour and shape are the class."
                + $"{(first is not null ? " Before training all of them are the same." : "")}{(scale is null && hasTicks ? " Scales differ." : "")}",
                "A point or a line instead of a cloud is collapse; classes that lie apart are what the embedding knows.",
                columns.Count + before.Count,
                Side,
                Side,
                panels)
            {
                Legend = [.. samples.SelectMany(s => s.Labels).Distinct().Order().Select(label => new LegendEntry(
                    classes is not null && label < classes.Count ? classes[label] : $"class {label}", Ink.OfClass(label), null, Ink.ShapeOf(label)))],
            };
        }
    }

    private static string TitleOf(ReportData data, EmbeddingWall wall, int across, int up, KeptEmbedding kept)
    {
        var names = new[] { (Axis: wall.Across, Level: across), (Axis: wall.Up, Level: up) }.Where(a => a.Axis >= 0)
            .Select(a => $"{Brief(data.Axes[a.Axis].ShortName)} {Plots.Short(data.Axes[a.Axis].Levels[a.Level])}");
        return $"{string.Join(", ", names)}: {kept.Trial.Recorded.Embedding?.Verdict ?? "no verdict"}{(kept.Trial.IsCensored ? " ◌" : "")}";
    }

    /// <summary>A parameter's name without what its unit is.</summary>
    private static string Brief(string name) => name.Replace("_weight", "", StringComparison.Ordinal);

    private static Panel Shot(string title, Picture picture, double? scale, bool hasTicks) => new(
        picture.Note is null ? title : $"{title}\n{picture.Note}",
        "",
        "",
        plot =>
        {
            foreach (var group in picture.Labels.Index().GroupBy(l => l.Item).OrderBy(g => g.Key))
            {
                plot.Marks(
                    group.Select(i => new Coordinates(picture.Points[2 * i.Index], picture.Points[(2 * i.Index) + 1])),
                    Ink.OfClass(group.Key).WithAlpha(0.8),
                    Ink.ShapeOf(group.Key),
                    5);
            }

            plot.Axes.Title.Label.FontSize = 11;
            if (hasTicks) Ticks(plot);
            else plot.HideTicks();
            Around(plot, picture.Points, scale);
        });

    private static void HideTicks(this Plot plot)
    {
        plot.HideGrid();
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.EmptyTickGenerator();
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.EmptyTickGenerator();
    }

    private static void Ticks(Plot plot)
    {
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 0.5, LabelFormatter = v => Shown.Number(v, 3) };
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 0.5, LabelFormatter = v => Shown.Number(v, 3) };
    }

    /// <summary>A square around the points' middle.</summary>
    private static void Around(Plot plot, double[] points, double? scale)
    {
        var (x, y, half) = Extent(points);
        half = (scale ?? half) * 1.08;
        if (!(half > 0)) half = 1;
        plot.Axes.SetLimits(x - half, x + half, y - half, y + half);
    }

    /// <returns>The middle, and half the side of the square that holds all points.</returns>
    private static (double X, double Y, double Half) Extent(double[] points)
    {
        if (points.Length == 0) return (0, 0, 1);

        var (xs, ys) = (points.Where((_, i) => i % 2 == 0).ToList(), points.Where((_, i) => i % 2 == 1).ToList());
        return ((xs.Min() + xs.Max()) / 2, (ys.Min() + ys.Max()) / 2, Math.Max(xs.Max() - xs.Min(), ys.Max() - ys.Min()) / 2);
    }

    private static double? CommonScale(List<Picture> pictures)
    {
        var halves = pictures.Select(p => Extent(p.Points).Half).ToList();
        return halves.Count > 0 && halves.Max() <= MostDifferent * halves.Min() ? halves.Max() : null;
    }

    private static double[] Plane(EmbeddingSample sample) => sample.Dimension == 2
        ? [.. sample.Values.Select(v => (double)v)]
        : [.. sample.Values.SelectMany(v => new[] { v, 0.0 })];

    /// <summary>Without the images whose embedding is not finite.</summary>
    private static EmbeddingSample Finite(EmbeddingSample sample)
    {
        var rows = Enumerable.Range(0, sample.Rows)
            .Where(row => sample.Values.AsSpan(row * sample.Dimension, sample.Dimension).ToArray().All(float.IsFinite)).ToList();
        return rows.Count == sample.Rows
            ? sample
            : new EmbeddingSample(
                sample.Dimension,
                [.. rows.SelectMany(row => sample.Values.Skip(row * sample.Dimension).Take(sample.Dimension))],
                [.. rows.Select(row => sample.Labels[row])]);
    }

    /// <param name="Points">x, y of every image.</param>
    private sealed record Picture(double[] Points, IReadOnlyList<int> Labels, string? Note);
}
