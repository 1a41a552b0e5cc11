using System.Numerics;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>The operations of <see cref="ColourJitter"/> on one image in the processor's memory, in place. Values stay within [0, 1].</summary>
/// <remarks>Spans of vectors: the whole image, or its red, green and blue pixels.</remarks>
internal static class ColourLoops
{
    // Luminance as of ITU-R 601, with torchvision's digits.
    public const float RedShare = 0.2989f;
    public const float GreenShare = 0.587f;
    public const float BlueShare = 0.114f;

    private static Vector<float> One => Vector<float>.One;

    private static Vector<float> Zero => Vector<float>.Zero;

    /// <summary>Clamped to [0, 1].</summary>
    public static Vector<float> Unit(Vector<float> x) => Vector.Min(Vector.Max(x, Zero), One);

    public static void Brightness(Span<Vector<float>> image, float factor)
    {
        foreach (ref var x in image)
            x = Unit(x * factor);
    }

    /// <summary>From the mean luminance at 0 through the image at 1 and beyond.</summary>
    public static void Contrast(
        Span<Vector<float>> image, ReadOnlySpan<Vector<float>> red, ReadOnlySpan<Vector<float>> green, ReadOnlySpan<Vector<float>> blue, float factor)
    {
        var sum = 0.0;
        for (var i = 0; i < red.Length; i++)
            sum += Vector.Sum(Luminance(red[i], green[i], blue[i]));
        var mean = new Vector<float>((float)(sum / (red.Length * Vector<float>.Count)));
        foreach (ref var x in image)
            x = Unit(((x - mean) * factor) + mean);
    }

    /// <summary>From grey at 0 through the image at 1 and beyond.</summary>
    public static void Saturation(Span<Vector<float>> red, Span<Vector<float>> green, Span<Vector<float>> blue, float factor)
    {
        for (var i = 0; i < red.Length; i++)
        {
            var grey = Luminance(red[i], green[i], blue[i]);
            red[i] = Unit(((red[i] - grey) * factor) + grey);
            green[i] = Unit(((green[i] - grey) * factor) + grey);
            blue[i] = Unit(((blue[i] - grey) * factor) + grey);
        }
    }

    /// <param name="turns">Of the colour wheel.</param>
    public static void Hue(Span<Vector<float>> red, Span<Vector<float>> green, Span<Vector<float>> blue, float turns)
    {
        var (two, four, six) = (new Vector<float>(2), new Vector<float>(4), new Vector<float>(6));
        for (var i = 0; i < red.Length; i++)
        {
            var (r, g, b) = (red[i], green[i], blue[i]);
            var value = Vector.Max(r, Vector.Max(g, b));
            var chroma = value - Vector.Min(r, Vector.Min(g, b));
            var divisor = Vector.ConditionalSelect(Vector.Equals(chroma, Zero), One, chroma);
            var hue = Vector.ConditionalSelect( // In sixths of a turn: red is 0, green 2, blue 4.
                Vector.Equals(value, r),
                (g - b) / divisor,
                Vector.ConditionalSelect(Vector.Equals(value, g), ((b - r) / divisor) + two, ((r - g) / divisor) + four));
            hue += new Vector<float>(6 * turns);
            hue -= six * Vector.Floor(hue / six);

            // A channel is lowest, at value − chroma, within a sixth of the hue opposite to it, and rises from there over a sixth.
            red[i] = Channel(3);
            green[i] = Channel(5);
            blue[i] = Channel(1);

            Vector<float> Channel(float opposite)
            {
                var distance = Vector.Abs(hue - new Vector<float>(opposite));
                distance = Vector.Min(distance, six - distance);
                return value - (Unit(two - distance) * chroma);
            }
        }
    }

    /// <summary>Inverts what is at least a threshold.</summary>
    public static void Solarize(Span<Vector<float>> image, float threshold)
    {
        foreach (ref var x in image)
            x = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(x, new Vector<float>(threshold)), One - x, x);
    }

    private static Vector<float> Luminance(Vector<float> red, Vector<float> green, Vector<float> blue) =>
        (red * RedShare) + (green * GreenShare) + (blue * BlueShare);
}
