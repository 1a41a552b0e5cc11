namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>
/// The few combinations of values to which the points of a generation are confined along the axes that keep trials out of one stack. Without
/// such axes, or where these have few combinations anyway, points stay as they are.
/// </summary>
internal sealed class ShapePool
{
    private readonly int[] shapes;
    private readonly List<double[]> pool;

    /// <param name="wanted">Points whose shapes are wanted, the most wanted first: as many as it takes are asked for.</param>
    public ShapePool(IReadOnlyList<SearchAxis> axes, IEnumerable<double[]> wanted)
    {
        shapes = [.. axes.Index().Where(a => a.Item.IsShape).Select(a => a.Index)];
        var combinations = shapes.Aggregate(1.0, (product, axis) => product * (axes[axis].Levels ?? double.PositiveInfinity));
        pool = shapes.Length == 0 || combinations <= Search.MostShapes
            ? []
            : [.. wanted.Select(at => shapes.Select(axis => axes[axis].Snapped(at[axis])).ToArray())
                .DistinctBy(at => string.Join(' ', at.Select(BitConverter.DoubleToInt64Bits))).Take(Search.MostShapes)];
    }

    /// <summary>The point with the shape that its own coordinates choose: of points that are spread evenly, each has its share.</summary>
    public double[] Confined(double[] share)
    {
        if (pool.Count == 0) return share;

        var (confined, chosen) = ((double[])share.Clone(), pool[Math.Min((int)(share[shapes[0]] * pool.Count), pool.Count - 1)]);
        foreach (var (i, axis) in shapes.Index()) confined[axis] = chosen[i];
        return confined;
    }
}
