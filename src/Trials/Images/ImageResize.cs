namespace VicRegSweeps.Trials.Images;

/// <summary>Brings images to a square: the shorter side to its length, then the middle of the longer one.</summary>
/// <remarks>
/// Torchvision's <c>Resize(S)</c> and <c>CenterCrop(S)</c> on a Pillow image: Pillow's bilinear filter, which takes the mean over all
/// pixels that a smaller image's pixel covers, rows first and rounded to bytes between the two passes (Pillow, src/libImaging/Resample.c).
/// An image that has the size already is left as it is.
/// </remarks>
internal static class ImageResize
{
    private const int Channels = 3;

    /// <param name="image">[H][W][3].</param>
    /// <param name="side">S.</param>
    /// <param name="result">[3][S][S].</param>
    public static void ToSquare(ReadOnlySpan<byte> image, int width, int height, int side, Span<byte> result)
    {
        var (newWidth, newHeight) = width <= height
            ? (side, (int)((long)side * height / width))
            : ((int)((long)side * width / height), side);
        var columns = Weights(width, newWidth, (int)Math.Round((newWidth - side) / 2.0), side);
        var rows = Weights(height, newHeight, (int)Math.Round((newHeight - side) / 2.0), side);

        var narrow = new byte[height * side * Channels]; // [H][S][3]
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var (first, weights) = columns[x];
                for (var channel = 0; channel < Channels; channel++)
                {
                    var sum = 0.0;
                    for (var i = 0; i < weights.Length; i++) sum += weights[i] * image[((((y * width) + first + i)) * Channels) + channel];
                    narrow[(((y * side) + x) * Channels) + channel] = ToByte(sum);
                }
            }
        }

        for (var y = 0; y < side; y++)
        {
            var (first, weights) = rows[y];
            for (var x = 0; x < side; x++)
            {
                for (var channel = 0; channel < Channels; channel++)
                {
                    var sum = 0.0;
                    for (var i = 0; i < weights.Length; i++) sum += weights[i] * narrow[((((first + i) * side) + x) * Channels) + channel];
                    result[(channel * side * side) + (y * side) + x] = ToByte(sum);
                }
            }
        }
    }

    /// <summary>For each pixel of the crop, the first pixel that it is made of, and how much of it and of those after it.</summary>
    /// <param name="from">Pixels before.</param>
    /// <param name="to">Pixels after, of which <paramref name="count"/> from <paramref name="start"/> on are wanted.</param>
    private static (int First, double[] Weights)[] Weights(int from, int to, int start, int count)
    {
        var scale = (double)from / to;
        var reach = Math.Max(scale, 1);
        var all = new (int, double[])[count];
        for (var pixel = 0; pixel < count; pixel++)
        {
            var centre = (start + pixel + 0.5) * scale;
            var first = Math.Max(0, (int)(centre - reach + 0.5));
            var weights = new double[Math.Min(from, (int)(centre + reach + 0.5)) - first];
            for (var i = 0; i < weights.Length; i++) weights[i] = Math.Max(0, 1 - Math.Abs((first + i - centre + 0.5) / reach));
            var sum = weights.Sum();
            for (var i = 0; i < weights.Length; i++) weights[i] /= sum;
            all[pixel] = (first, weights);
        }

        return all;
    }

    private static byte ToByte(double value) => (byte)Math.Clamp((int)Math.Floor(value + 0.5), 0, 255);
}
