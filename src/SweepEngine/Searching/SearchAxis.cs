namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>One direction of a search, along which a point has a coordinate from 0 to 1.</summary>
/// <param name="Levels">How many values a list has: the coordinate of one is the middle of its share. Null for a range.</param>
/// <param name="IsOrdered">Whether near coordinates mean near values; words differ from each other all alike.</param>
internal readonly record struct SearchAxis(int? Levels, bool IsOrdered)
{
    /// <summary>Whether its values keep trials out of one stack.</summary>
    public bool IsShape { get; init; }

    /// <summary>The coordinate that a share of the axis has.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Snapped(double share) => Levels is null ? share : Middle(Level(share));

    /// <summary>Which value of a list a coordinate means.</summary>
    public int Level(double share) => Math.Clamp((int)(share * Levels!.Value), 0, Levels!.Value - 1);

    /// <summary>The coordinate of a value of a list.</summary>
    public double Middle(int level) => (level + 0.5) / Levels!.Value;

    /// <summary>How far two points are from each other along the axis.</summary>
    public double Distance(double a, double b) => IsOrdered ? Math.Abs(a - b) : a == b ? 0 : 1;
}
