namespace VicRegSweeps.Trials.Images;

/// <summary>The ten outlines and patterns of <see cref="Shapes"/>, as signed distances.</summary>
internal static class ShapeOutline
{
    /// <summary>Signed distance to the edge, positive inside, in units of the shape's radius; a lower bound where the exact one is costly.</summary>
    /// <param name="label">The class, in the order of <see cref="Shapes.ClassNames"/>.</param>
    /// <param name="x">To the right of the shape's centre, in radii.</param>
    /// <param name="y">Below the shape's centre, in radii.</param>
    public static double Distance(int label, double x, double y) => label switch
    {
        0 => 0.95 - Length(x, y),
        1 => 0.22 - Math.Abs(Length(x, y) - 0.75),
        2 => 0.78 - Math.Max(Math.Abs(x), Math.Abs(y)),
        3 => Triangle(x, y),
        4 => Cross(x, y),
        5 => Star(x, y),
        6 => Math.Min(0.95 - Length(x, y), Length(x - 0.45, y) - 0.72),
        7 => Math.Min(Patch(x, y), Stripe(y)),
        8 => Math.Min(Patch(x, y), Stripe(x)),
        9 => Math.Min(Patch(x, y), Checker(x, y)),
        _ => throw new ArgumentOutOfRangeException(nameof(label)),
    };

    private static double Length(double x, double y) => Math.Sqrt(x * x + y * y);

    /// <summary>Upright and equilateral, with corners on the circle of radius 1.</summary>
    private static double Triangle(double x, double y) =>
        0.5 - Math.Max(y, Math.Max(0.866 * x - 0.5 * y, -0.866 * x - 0.5 * y));

    private static double Cross(double x, double y)
    {
        var (long_, short_) = (Math.Max(Math.Abs(x), Math.Abs(y)), Math.Min(Math.Abs(x), Math.Abs(y)));
        return Math.Min(0.95 - long_, 0.27 - short_);
    }

    /// <summary>Five points on the circle of radius 1, the first of them at the top.</summary>
    private static double Star(double x, double y)
    {
        const double Sector = 2 * Math.PI / 5;
        var angle = Math.Atan2(x, -y) / Sector;
        var within = Math.Abs(angle - Math.Round(angle)) * Sector; // From the nearest point's direction, 0 … 36°.
        var (sin, cos) = Math.SinCos(within);
        var (u, v) = (Length(x, y) * cos, Length(x, y) * sin);

        // The edge runs from the point at (1, 0) to the notch at radius 0.42, 36° away.
        const double NotchU = 0.42 * 0.8090;
        const double NotchV = 0.42 * 0.5878;
        const double EdgeLength = 0.7056;
        return (NotchV * (1 - u) - (1 - NotchU) * v) / EdgeLength;
    }

    private static double Patch(double x, double y) => 0.9 - Math.Max(Math.Abs(x), Math.Abs(y));

    /// <summary>Bands of width 0.3, one of them centred.</summary>
    private static double Stripe(double across) => Math.Abs(Wrap(across / 0.6) - 0.5) * 0.6 - 0.15;

    /// <summary>Squares of side 0.45.</summary>
    private static double Checker(double x, double y)
    {
        var (across, down) = (0.225 - Math.Abs(Wrap(x / 0.45) - 0.5) * 0.45, 0.225 - Math.Abs(Wrap(y / 0.45) - 0.5) * 0.45);
        var odd = ((int)Math.Floor(x / 0.45) + (int)Math.Floor(y / 0.45)) & 1;
        return Math.Min(across, down) * (odd == 0 ? 1 : -1);
    }

    private static double Wrap(double value) => value - Math.Floor(value);
}
