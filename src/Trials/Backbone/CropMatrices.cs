using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>For every interval of an image's rows or columns, the matrix that resamples it to a whole view.</summary>
/// <remarks>Pillow's bicubic kernel, which solo-learn's recipe uses (a = −1/2). A view is R · image · Cᵀ.</remarks>
internal static class CropMatrices
{
    /// <summary>S for which all matrices are kept; for a larger one they would take gigabytes, and each is made when it is needed.</summary>
    private const int Side = ImageSet.SmallSide;

    /// <summary>Intervals of 1 … 32 pixels within 32.</summary>
    private const int Intervals = Side * (Side + 1) / 2;

    /// <summary>Matrices in all.</summary>
    public const int Count = 2 * Intervals;

    /// <summary>Intervals in order of their start, then of their length; then all of them mirrored.</summary>
    public static int Number(int start, int length, bool mirrored) =>
        start * Side - start * (start - 1) / 2 + length - 1 + (mirrored ? Intervals : 0);

    /// <summary>Every matrix, 4.3 MB.</summary>
    /// <returns>[<see cref="Count"/>][32 of the view][32 of the image], or transposed [32 of the image][32 of the view].</returns>
    public static float[] All(bool transposed)
    {
        var weights = new float[Count * Side * Side];
        for (var start = 0; start < Side; start++)
        {
            for (var length = 1; length <= Side - start; length++)
            {
                foreach (var mirrored in new[] { false, true })
                    Fill(weights.AsSpan(Number(start, length, mirrored) * Side * Side, Side * Side), Side, start, length, mirrored, transposed);
            }
        }

        return weights;
    }

    /// <summary>One of <see cref="All"/>.</summary>
    public static ReadOnlySpan<float> Of(float[] all, int start, int length, bool mirrored) =>
        all.AsSpan(Number(start, length, mirrored) * Side * Side, Side * Side);

    /// <summary>The matrix of one interval within any number of pixels.</summary>
    /// <param name="side">S.</param>
    /// <returns>[S of the view][S of the image], or transposed.</returns>
    public static float[] Make(int side, int start, int length, bool mirrored, bool transposed)
    {
        var matrix = new float[side * side];
        Fill(matrix, side, start, length, mirrored, transposed);
        return matrix;
    }

    /// <summary>How much of each source pixel goes into each pixel of the view: these sum to 1 and are zero outside the interval.</summary>
    /// <param name="matrix">All zero.</param>
    private static void Fill(Span<float> matrix, int side, int start, int length, bool mirrored, bool transposed)
    {
        for (var pixel = 0; pixel < side; pixel++)
        {
            var target = mirrored ? side - 1 - pixel : pixel;
            var centre = start + (pixel + 0.5) * length / side;
            var sum = 0.0;
            for (var source = start; source < start + length; source++)
                sum += Cubic(Math.Abs(source + 0.5 - centre));
            for (var source = start; source < start + length; source++)
                matrix[transposed ? (source * side) + target : (target * side) + source] = (float)(Cubic(Math.Abs(source + 0.5 - centre)) / sum);
        }
    }

    /// <summary>Keys' cubic convolution kernel with a = −1/2.</summary>
    /// <param name="d">Distance in pixels, at least 0.</param>
    private static double Cubic(double d) => d switch
    {
        < 1 => (1.5 * d - 2.5) * d * d + 1,
        < 2 => ((-0.5 * d + 2.5) * d - 4) * d + 2,
        _ => 0,
    };
}
