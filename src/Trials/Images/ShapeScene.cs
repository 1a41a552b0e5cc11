using VicRegSweeps.Trials.Randomness;

namespace VicRegSweeps.Trials.Images;

/// <summary>Everything that is drawn for one image of <see cref="Shapes"/>.</summary>
/// <param name="X">The shape's centre, in pixels from the left.</param>
/// <param name="Y">The shape's centre, in pixels from the top.</param>
/// <param name="Radius">In pixels.</param>
/// <param name="Rotation">In radians, clockwise.</param>
/// <param name="Noise">Standard deviation of the noise of a pixel's channel, of 1.</param>
internal sealed record ShapeScene(
    int Label,
    double X,
    double Y,
    double Radius,
    double Rotation,
    ShapeColour Foreground,
    ShapeColour Background,
    ShapeTexture Texture,
    ShapeTexture Shading,
    double Noise)
{
    private const int Side = ImageSet.SmallSide;

    /// <summary>So small that a stripe stays horizontal and a square does not become a diamond.</summary>
    private const double LargestRotation = 0.2;

    public static ShapeScene Draw(int label, RandomStream random)
    {
        var radius = random.NextDouble(9, 13);
        var reach = (Side / 2.0 - 0.8 * radius) / 2; // No shape leaves the image, though a corner may.
        var (foreground, background) = ShapeColour.DrawPair(random);
        return new ShapeScene(
            label,
            Side / 2.0 + random.NextDouble(-reach, reach),
            Side / 2.0 + random.NextDouble(-reach, reach),
            radius,
            random.NextDouble(-LargestRotation, LargestRotation),
            foreground,
            background,
            ShapeTexture.Draw(random, random.NextDouble(0, 0.15)),
            ShapeTexture.Draw(random, random.NextDouble(0, 0.1)),
            random.NextDouble(0.01, 0.06));
    }

    /// <summary>Draws the image.</summary>
    /// <param name="pixels">[3, 32, 32].</param>
    /// <param name="random">Where the noise comes from.</param>
    public void Render(Span<byte> pixels, RandomStream random)
    {
        var (sin, cos) = Math.SinCos(Rotation);
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                var (right, down) = (column + 0.5 - X, row + 0.5 - Y);
                var distance = ShapeOutline.Distance(
                    Label,
                    (right * cos + down * sin) / Radius,
                    (down * cos - right * sin) / Radius);
                var cover = Math.Clamp(distance * Radius + 0.5, 0, 1); // Of the pixel, by the shape.
                var light = cover * Shading.At(column, row) + (1 - cover) * Texture.At(column, row);
                var colour = ShapeColour.Blend(Background, Foreground, cover);
                var pixel = row * Side + column;
                pixels[pixel] = ToByte(colour.Red + light + Noise * random.Normal());
                pixels[Side * Side + pixel] = ToByte(colour.Green + light + Noise * random.Normal());
                pixels[2 * Side * Side + pixel] = ToByte(colour.Blue + light + Noise * random.Normal());
            }
        }
    }

    private static byte ToByte(double value) => (byte)Math.Clamp(Math.Round(255 * value), 0, 255);
}
