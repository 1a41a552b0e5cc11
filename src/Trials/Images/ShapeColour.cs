using VicRegSweeps.Trials.Randomness;

namespace VicRegSweeps.Trials.Images;

/// <summary>A colour, each channel from 0 to 1.</summary>
internal readonly record struct ShapeColour(double Red, double Green, double Blue)
{
    private const double LeastContrast = 0.25;

    private double Luminance => 0.299 * Red + 0.587 * Green + 0.114 * Blue;

    /// <summary>Two uniform colours that differ enough in luminance to be told apart in grey.</summary>
    public static (ShapeColour Lighter, ShapeColour Darker) DrawPair(RandomStream random)
    {
        while (true)
        {
            var (first, second) = (Draw(random), Draw(random));
            if (first.Luminance - second.Luminance >= LeastContrast)
                return (first, second);
        }
    }

    public static ShapeColour Blend(ShapeColour from, ShapeColour to, double share) => new(
        from.Red + share * (to.Red - from.Red),
        from.Green + share * (to.Green - from.Green),
        from.Blue + share * (to.Blue - from.Blue));

    private static ShapeColour Draw(RandomStream random) => new(random.NextDouble(), random.NextDouble(), random.NextDouble());
}
