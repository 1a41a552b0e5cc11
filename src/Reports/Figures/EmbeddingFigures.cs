using ScottPlot;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Projections;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Figures;

/// <summary>Kept vectors of one space coloured by class, before and after training, over the axes.</summary>
internal static class EmbeddingFigures
{
    private const int LargestSide = 250;
    private const int SmallestSide = 155;

    /// <summary>Of a panel's title, in pixels, about.</summary>
    private const double CharacterWidth = 6.7;

    /// <summary>What a page on a screen of 1280 pixels has room for.</summary>
    private const int PageWidth = 1100;

    /// <summary>Panels of one figure share their scale unless one cloud is this much wider than another.</summary>
    private const double MostDifferent = 50;

    public static IEnumerable<Figure> Of(
        ReportData data, ReportSpace space, EmbeddingWall wall, int number, double perplexity, IReadOnlyList<string>? classes)
    {
        var cells = wall.Cells.OrderBy(c => c.Key).Select(c => (c.Key, c.Value)).ToList();
        var start = EmbeddingStarts.Of([.. cells.Select(c => (c.Key.Across, c.Key.Up, c.Value.Before))]);
        var before = start.Numbers.Select(data.Store.Sample).ToList();
        var samples = before.Concat(cells.Select(c => c.Value.After)).Select(Finite).ToList();
        if (wall.Dimension <= 2)
        {
            yield return Wall("plane", "", "The two dimensions themselves", samples.Select(s => new Picture(Column(s, 0), Column(s, 1), s.Labels, null))
                .ToList(), hasTicks: true);
            yield break;
        }

        var flat = samples.AsParallel().AsOrdered().Select(s => (TSne: TSne.Of(s, perplexity), Pca: Pca.Of(s))).ToList();
        yield return Wall(
            "tsne",
            "t-SNE, ",
            $"t-SNE with perplexity {Shown.Number(flat.Max(f => f.TSne.Perplexity), 3)} and the final KL divergence in each title; distances between clusters mean nothing",
            flat.Zip(samples).Select(f =>
            new Picture(f.First.TSne.X, f.First.TSne.Y, f.Second.Labels, f.First.TSne.Divergence is { } kl ? $"KL {Shown.Number(kl, 3)}" : "one point"))
            .ToList(),
            hasTicks: false);
        yield return Wall(
            "pca",
            "PCA, ",
            "The first two principal components, with the variance they hold in each title",
            flat.Zip(samples).Select(f =>
            new Picture(f.First.Pca.X, f.First.Pca.Y, f.Second.Labels,
            $"{Shown.Percent(f.First.Pca.Shares.First)} + {Shown.Percent(f.First.Pca.Shares.Second)}")).ToList(),
            hasTicks: true);

        Figure Wall(string kind, string how, string what, List<Picture> pictures, bool hasTicks)
        {
            var (first, after) = (pictures.Take(before.Count).ToList(), pictures.Skip(before.Count).ToList());
            var scale = hasTicks ? CommonScale(after) : null;
            var (columns, rows) = (EmbeddingGallery.LevelsOf(data, wall.Across), EmbeddingGallery.LevelsOf(data, wall.Up));
            var hasColumn = start.Same is SameStart.OfAll or SameStart.OfRow or SameStart.OfNone;
            var width = columns.Count + (hasColumn ? 1 : 0);
            var side = Math.Clamp(PageWidth / width, SmallestSide, LargestSide);
            var panels = new List<Panel?>();
            if (start.Same == SameStart.OfColumn) panels.AddRange(columns.Select(column => Start(c => c.Across == column)));
            foreach (var row in rows)
            {
                if (start.Same == SameStart.OfRow) panels.Add(Start(c => c.Up == row));
                else if (hasColumn) panels.Add(row == rows[0] ? Start(_ => true) : null);
                foreach (var column in columns)
                {
                    var place = cells.FindIndex(c => c.Key == (column, row));
                    panels.Add(place < 0 ? null : Shot(TitleOf(data, space, wall, column, row, cells[place].Value, side), after[place], scale, hasTicks));
                }
            }

            var images = samples.Max(s => s.Rows);
            var titles = new[] { wall.Across, wall.Up }.Where(axis => axis >= 0 && data.Axes[axis].Parameters.Count > 1)
                .Select(axis => data.Axes[axis].ShortName).ToList();
            return new Figure(
                $"{Slug.Of(space.Name)}s-{number}-{kind}",
                $"{how}{wall.Dimension}-d {space.Name}s{(wall.Fixed.Length > 0 ? $": {wall.Fixed}" : "")}",
                $"{what}. {(titles.Count > 0 ? $"Titles give {string.Join(", ", titles)}. " : "")}n = {Shown.Count(images, "held-out image")}, one seed a point; colour and shape are the class."
                + $"{Words(start.Same)}{(scale is null && hasTicks ? " Scales differ." : "")}",
                $"Where a cloud has become a point or a line, the images cannot be told apart any more; classes that lie apart are what the {space.Name} has learnt.",
                width,
                side,
                side,
                panels)
            {
                Legend = [.. samples.SelectMany(s => s.Labels).Distinct().Order().Select(label => new LegendEntry(
                    label < 0 ? "no class" : classes is not null && label < classes.Count ? classes[label] : $"class {label}", Ink.OfClass(label), null,
                    Ink.ShapeOf(label)))],
            };

            Panel? Start(Func<(int Across, int Up), bool> isThere) =>
                cells.Where(c => isThere(c.Key)).Select(c => c.Value.Before).FirstOrDefault(number => number is not null) is { } number
                    ? Shot("before training", first[start.Numbers.Index().First(n => n.Item == number).Index], null, hasTicks)
                    : null;
        }
    }

    private static string Words(SameStart same) => same switch
    {
        SameStart.OfAll => " Before training all of them are the same.",
        SameStart.OfRow => " Before training those of a row are the same.",
        SameStart.OfColumn => " Before training those of a column are the same.",
        SameStart.OfNone => " Before training the first of them is as shown; others begin elsewhere.",
        _ => "",
    };

    private static string TitleOf(ReportData data, ReportSpace space, EmbeddingWall wall, int across, int up, KeptEmbedding kept, int side)
    {
        var names = new[] { (Axis: wall.Across, Level: across), (Axis: wall.Up, Level: up) }.Where(a => a.Axis >= 0)
            .Select(a => $"{Brief(data.Axes[a.Axis])}{Plots.Short(data.Axes[a.Axis].Levels[a.Level])}").ToList();
        var isWide = names.Sum(name => name.Length) > side / CharacterWidth;
        return $"{string.Join(isWide ? "\n" : ", ", names)}\n{Verdict(kept.Trial.Verdict(space))}{(kept.Trial.IsCensored ? ", stopped" : "")}";
    }

    /// <summary>A verdict as people read it: the healthy one is called alive.</summary>
    private static string Verdict(SpaceVerdict? verdict) => verdict is null ? "no verdict" : verdict.Badness == 0 ? "alive" : verdict.Name;

    /// <summary>A parameter's name without what its unit is; none for several parameters, which the subtitle names.</summary>
    private static string Brief(ReportAxis axis) =>
        axis.Parameters.Count > 1 ? "" : $"{axis.ShortName.Replace("_weight", "", StringComparison.Ordinal)} ";

    private static Panel Shot(string title, Picture picture, double? scale, bool hasTicks) => new(
        picture.Note is null ? title : $"{title}{(title.Contains('\n', StringComparison.Ordinal) ? " · " : "\n")}{picture.Note}",
        "",
        "",
        plot =>
        {
            foreach (var group in picture.Labels.Index().GroupBy(l => l.Item).OrderBy(g => g.Key))
            {
                plot.Marks(
                    group.Select(i => new Coordinates(picture.X[i.Index], picture.Y[i.Index])),
                    Ink.OfClass(group.Key).WithAlpha(0.8),
                    Ink.ShapeOf(group.Key),
                    5);
            }

            plot.Axes.Title.Label.FontSize = 11;
            if (hasTicks) Ticks(plot);
            else plot.HideTicks();
            Around(plot, picture, scale);
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
    private static void Around(Plot plot, Picture picture, double? scale)
    {
        var (x, y, half) = Extent(picture);
        half = (scale ?? half) * 1.08;
        if (!(half > 0)) half = 1;
        plot.Axes.SetLimits(x - half, x + half, y - half, y + half);
    }

    /// <returns>The middle, and half the side of the square that holds all points.</returns>
    private static (double X, double Y, double Half) Extent(Picture picture)
    {
        var (xs, ys) = (picture.X, picture.Y);
        if (xs.Length == 0) return (0, 0, 1);

        return ((xs.Min() + xs.Max()) / 2, (ys.Min() + ys.Max()) / 2, Math.Max(xs.Max() - xs.Min(), ys.Max() - ys.Min()) / 2);
    }

    private static double? CommonScale(List<Picture> pictures)
    {
        var halves = pictures.Select(p => Extent(p).Half).ToList();
        return halves.Count > 0 && halves.Max() <= MostDifferent * halves.Min() ? halves.Max() : null;
    }

    /// <summary>One dimension of every image; zero where there is none.</summary>
    private static double[] Column(VectorSample sample, int dimension) =>
        [.. Enumerable.Range(0, sample.Rows).Select(row => dimension < sample.Dimension ? sample.Values[(row * sample.Dimension) + dimension] : 0.0)];

    /// <summary>Without the images whose embedding is not finite.</summary>
    private static VectorSample Finite(VectorSample sample)
    {
        var rows = Enumerable.Range(0, sample.Rows)
            .Where(row => sample.Values.AsSpan(row * sample.Dimension, sample.Dimension).ToArray().All(float.IsFinite)).ToList();
        return rows.Count == sample.Rows
            ? sample
            : new VectorSample(
                sample.Dimension,
                [.. rows.SelectMany(row => sample.Values.Skip(row * sample.Dimension).Take(sample.Dimension))],
                [.. rows.Select(row => sample.Labels[row])]);
    }

    private sealed record Picture(double[] X, double[] Y, IReadOnlyList<int> Labels, string? Note);
}
