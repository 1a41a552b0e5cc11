using ScottPlot;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Tables;
using static System.FormattableString;

namespace VicRegSweeps.Reports.Figures;

/// <summary>How a search came to its best, where it went, and what it believes of the region of the best.</summary>
internal static class SearchFigures
{
    private const int Width = 350;
    private const int Cells = 24;

    /// <summary>The share of the points that the best region is drawn around.</summary>
    private const double BestShare = 0.1;

    public static Figure Best(SearchCourse course)
    {
        var (data, best) = (course.Data, course.BestSoFar());
        return new Figure(
            "search-best",
            $"Best {data.Objective.Name} so far",
            "The best mean of a point's seeds, by the trials that it took; marks are the means of all points, by generation. "
            + $"n = {Shown.Count(course.Points.Count, "point")}.",
            "A line that is flat at its end has found nothing better there. A best of many means owes some of its height to chance.",
            1,
            700,
            320,
            [new Panel("", "trials", data.Objective.Name, plot =>
            {
                var trials = 0;
                var places = new List<(SearchedPoint Point, double X)>();
                foreach (var point in course.Points) places.Add((point, trials += point.Point.Trials.Count));
                Marks(plot, course, places.Where(p => p.Point.Point.Mean is not null).Select(p => (p.Point, p.X, p.Point.Point.Mean!.Value)));
                var line = plot.Add.ScatterLine(best.Select(b => (double)b.Trials).ToArray(), best.Select(b => b.Best).ToArray(), Ink.Text);
                (line.LineWidth, line.ConnectStyle) = (1.8f, ConnectStyle.StepHorizontal);
                plot.Axes.Left.Plain();
                plot.Axes.Bottom.Plain();
            })])
        {
            Legend = [new LegendEntry("best mean so far", Ink.Text, LinePattern.Solid), .. Legend(course)],
        };
    }

    public static Figure Went(SearchCourse course)
    {
        var (data, scales) = (course.Data, course.Scales());
        var scored = course.Points.Where(p => p.Point.Mean is not null).ToList();
        return new Figure(
            "search-points",
            "Where the search went",
            $"Every point's mean of {data.Objective.Name} along each axis, by the generation that chose it; n = {Shown.Count(scored.Count, "point")}.",
            "Later generations crowd where the best was believed to be; an axis along which they stay spread matters little there.",
            Math.Min(3, scales.Count),
            Width,
            300,
            [.. scales.Index().Select(s => new Panel(s.Item.Axis.Name, s.Item.Axis.Name, data.Objective.Name, plot =>
            {
                Marks(plot, course, scored.Select(p => (p, s.Item.Places[p.Point.Levels[s.Index]], p.Point.Mean!.Value)));
                Ticks(plot.Axes.Bottom, s.Item, s.Item.Low, s.Item.High, Width);
                plot.Axes.Left.Plain();
            }))])
        {
            Legend = [.. Legend(course)],
        };
    }

    /// <summary>The region of the best points over the two axes that matter most: what is believed beside what was measured.</summary>
    /// <returns>Null where fewer than two axes are numbers, or too little is known.</returns>
    public static Figure? Map(SearchCourse course, Influence influence)
    {
        var data = course.Data;
        if (influence.Order.Where(axis => data.Axes[axis].IsNumeric).Take(2).ToList() is not [var x, var y]
            || course.Belief() is not var (surface, scales, best))
            return null;

        var ranked = course.Points.Select(p => p.Point).Where(p => p.Mean is not null)
            .OrderBy(p => data.Objective.Maximize ? -p.Mean!.Value : p.Mean!.Value).ToList();
        var top = ranked.Take(Math.Max(8, (int)(BestShare * ranked.Count))).ToList();
        var (across, up) = (Region(scales[x], x, top), Region(scales[y], y, top));
        var inside = ranked.Where(p => Holds(across, scales[x].Places[p.Levels[x]]) && Holds(up, scales[y].Places[p.Levels[y]])).ToList();
        var believed = new double[Cells, Cells];
        var at = SearchCourse.At(best, scales);
        for (var row = 0; row < Cells; row++)
        {
            for (var column = 0; column < Cells; column++)
            {
                var place = (double[])at.Clone();
                (place[x], place[y]) = (scales[x].ShareOf(Middle(across, column)), scales[y].ShareOf(Middle(up, row)));
                believed[row, column] = surface.At(place);
            }
        }

        var all = believed.Cast<double>().Concat(inside.Select(p => p.Mean!.Value)).ToList();
        var (low, high) = (all.Min(), all.Max());
        var others = data.Axes.Index().Where(a => a.Index != x && a.Index != y).Select(a => a.Item.Describe(best.Levels[a.Index])).ToList();
        return new Figure(
            "search-map",
            "The region of the best",
            $"{data.Objective.Name} over {data.Axes[x].Name} and {data.Axes[y].Name}, around the best {top.Count} of {Shown.Count(ranked.Count, "point")}. "
            + $"Left what the search's model believes{(others.Count == 0 ? "" : $" with {string.Join(", ", others)}, as at the best point")}; "
            + $"right the means that were measured, whatever their other axes: n = {Shown.Count(inside.Count, "point")}. The cross is the best point.",
            "Where marks are few, the left side is the model's guess. Both sides have one scale of colours.",
            2,
            440,
            360,
            [
                new Panel("believed", data.Axes[x].Name, data.Axes[y].ShortName, plot =>
                {
                    for (var row = 0; row < Cells; row++)
                    {
                        for (var column = 0; column < Cells; column++)
                        {
                            var (cx, cy) = (Middle(across, column), Middle(up, row));
                            var (w, h) = ((across.High - across.Low) / Cells / 2, (up.High - up.Low) / Cells / 2);
                            plot.Tile(cx - w, cx + w, cy - h, cy + h, Ink.Scale(Share(believed[row, column])));
                        }
                    }

                    Frame(plot);
                }),
                new Panel("measured", data.Axes[x].Name, data.Axes[y].ShortName, plot =>
                {
                    foreach (var point in inside.AsEnumerable().Reverse())
                    {
                        var color = Ink.Scale(Share(point.Mean!.Value));
                        plot.Marks([Place(point)], Ink.Faint, MarkerShape.OpenCircle, 11);
                        plot.Marks([Place(point)], color, MarkerShape.FilledCircle, 9);
                    }

                    Frame(plot);
                }),
            ])
        {
            Legend = [.. new[] { 0, 0.5, 1 }.Select(share => new LegendEntry(Shown.Number(low + (share * (high - low)), 3), Ink.Scale(share), Fill: true))],
        };

        double Share(double value) => high > low ? (value - low) / (high - low) : 0.5;

        Coordinates Place(ReportPoint point) => new(scales[x].Places[point.Levels[x]], scales[y].Places[point.Levels[y]]);

        void Frame(Plot plot)
        {
            plot.HideGrid();
            plot.Marks([Place(best)], Colors.White, MarkerShape.Cross, 15);
            plot.Marks([Place(best)], Ink.Terms[2], MarkerShape.Cross, 12);
            Ticks(plot.Axes.Bottom, scales[x], across.Low, across.High, 440);
            Ticks(plot.Axes.Left, scales[y], up.Low, up.High, 360);
            plot.Axes.SetLimits(across.Low, across.High, up.Low, up.High);
        }
    }

    /// <summary>The part of an axis that holds some points, with room around them.</summary>
    private static (double Low, double High) Region(SearchScale scale, int axis, IReadOnlyList<ReportPoint> points)
    {
        var places = points.Select(p => scale.Places[p.Levels[axis]]).ToList();
        var room = Math.Max(0.15 * (places.Max() - places.Min()), 0.05 * Math.Max(scale.High - scale.Low, 1e-9));
        return (places.Min() - room, places.Max() + room);
    }

    private static bool Holds((double Low, double High) region, double place) => place >= region.Low && place <= region.High;

    private static double Middle((double Low, double High) region, int cell) => region.Low + ((cell + 0.5) * (region.High - region.Low) / Cells);

    private static void Ticks(IAxis axis, SearchScale scale, double low, double high, int side)
    {
        if (scale.IsLogarithmic is true) axis.Logarithmic(low, high);
        else if (scale.IsLogarithmic is false) axis.Plain();
        else if (axis.Edge == Edge.Left) axis.LevelsUp(scale.Axis.Levels, side);
        else axis.LevelsAcross(scale.Axis.Levels, side);
    }

    private static void Marks(Plot plot, SearchCourse course, IEnumerable<(SearchedPoint Point, double X, double Y)> places)
    {
        foreach (var generation in places.GroupBy(p => p.Point.Generation).OrderBy(g => g.Key))
        {
            plot.Marks(
                generation.Select(p => new Coordinates(p.X, p.Y)),
                Ink.OfLevel(generation.Key - 1, course.Generations).WithAlpha(0.75), Ink.ShapeOf(generation.Key - 1), 6);
        }
    }

    private static IEnumerable<LegendEntry> Legend(SearchCourse course) => Enumerable.Range(1, course.Generations).Select(generation => new LegendEntry(
        Invariant($"generation {generation}"), Ink.OfLevel(generation - 1, course.Generations), Marker: Ink.ShapeOf(generation - 1)));
}
