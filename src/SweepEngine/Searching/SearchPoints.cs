using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>The points that a search takes from the axes of a sweep before it has learnt anything: they become one axis, whose parameters move together.</summary>
internal sealed class SearchPoints(ParameterCatalogue catalogue, Complaints complaints)
{
    /// <summary>A search ends when of so many points of its sequence only one was left by the exclusions.</summary>
    private const int MostTries = 64;

    private readonly FollowReader follows = new(catalogue, complaints);

    /// <summary>The level with its axes replaced by the points, and with its followers resolved.</summary>
    /// <param name="at">Where the file says that it searches.</param>
    public Level Of(Level level, Search search, Place at)
    {
        if (level.Axes.Count is 0 or > SobolSequence.MostDimensions)
        {
            complaints.Add(at, level.Axes.Count == 0
                ? "'search' has no axis to take points from; give parameters lists or ranges under 'grid'."
                : $"there are {level.Axes.Count} axes, but a search has at most {SobolSequence.MostDimensions}.");
            return level;
        }

        var points = Points(level, search);
        for (var tries = search.Count; ; tries = Math.Min(2 * tries, MostTries * search.Count))
        {
            var before = complaints.Count;
            var drawn = follows.Resolved(level with { Axes = [Drawn(level.Axes, points, tries)] });
            if (complaints.Count > before) return level;
            if (Taken(drawn, search.Count) is { } rows) return drawn with { Axes = [FirstRows(drawn.Axes[0], rows)] };
            if (tries < MostTries * search.Count) continue;

            complaints.Add(at, $"'search' found fewer than {search.Count} different points among {tries}: the exclusions or the axes leave too few.");
            return level;
        }
    }

    /// <summary>The coordinates of every point that may be taken, by its number.</summary>
    private Func<uint, double[]> Points(Level level, Search search)
    {
        var sequence = new SobolSequence(level.Axes.Count, search.Seed);
        if (!search.Learns) return number => sequence[number];

        // Of the shapes that the sequence begins with, one after another is taken: they are spread as evenly as the points.
        var pool = new ShapePool(
            [.. level.Axes.Select(axis => SearchSpace.AxisOf(catalogue, level, axis))], Enumerable.Range(0, Search.MostShapes).Select(n => sequence[(uint)n]));
        return number => pool.Confined(sequence[number]);
    }

    private static Axis Drawn(IReadOnlyList<Axis> axes, Func<uint, double[]> points, int count)
    {
        var columns = axes.SelectMany(a => a.Columns).Select(c => new List<ParameterValue>(count)).ToList();
        for (var number = 0u; number < count; number++)
        {
            var (point, column) = (points(number), 0);
            foreach (var (axis, share) in axes.Zip(point))
            {
                foreach (var c in axis.Columns)
                    columns[column++].Add(c.At(share));
            }
        }

        var drawn = axes.SelectMany(a => a.Columns).Zip(columns, (c, values) => c with { Values = values, Origin = Origin(c) }).ToList();
        var rows = Axis.DistinctRows(drawn);
        return rows.Count == count ? new Axis(drawn) : new Axis([.. drawn.Select(c => c with { Values = [.. rows.Select(row => c.Values[row])] })]);
    }

    private static string Origin(AxisColumn column) =>
        column.Range?.ToString() ?? Wording.AnyOf(column.Values.Distinct().Select(v => v.ToString()));

    /// <summary>How many rows it takes until so many different points are left by the exclusions; null where there are not so many.</summary>
    private int? Taken(Level drawn, int count)
    {
        var points = new BlockPoints(catalogue, new SweepBlock("", drawn.Fixed, drawn.Axes, Place.Start));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var row = 0; row < drawn.Axes[0].Count; row++)
        {
            var point = points[row];
            if (!drawn.Exclusions.Any(e => e.Removes(point)) && seen.Add(point.PointId) && seen.Count == count) return row + 1;
        }

        return null;
    }

    private static Axis FirstRows(Axis axis, int rows) =>
        new([.. axis.Columns.Select(c => c with { Values = [.. c.Values.Take(rows)] })]);
}
