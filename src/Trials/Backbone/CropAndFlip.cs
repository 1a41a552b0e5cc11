using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>Random resized crop and mirroring, as two small matrix products per image.</summary>
/// <remarks>
/// <para>
/// Resampling is Pillow's bicubic (a = −1/2), which solo-learn's recipe uses. It is separable, so that a view is
/// R · image · Cᵀ with 32 × 32 matrices R for rows and C for columns. <c>grid_sample</c> would take a = −3/4, read
/// beyond the crop at its edges, and be slower. A crop is never larger than the view, so that nothing is shrunk and
/// no antialiasing arises.
/// </para>
/// <para>Values are clamped to [0, 1] as Pillow does, but not rounded to 1/255.</para>
/// </remarks>
internal sealed class CropAndFlip : IDisposable
{
    private const int Side = ImageSet.Side;

    /// <summary>Intervals of 1 … 32 pixels within 32.</summary>
    private const int Intervals = Side * (Side + 1) / 2;

    /// <summary>[2 · intervals, 32 of the view, 32 of the image]: the matrix of every interval, then of every mirrored one; 4.3 MB.</summary>
    private readonly Tensor matrices;

    public CropAndFlip(Device device)
    {
        var weights = new float[2 * Intervals * Side * Side];
        for (var start = 0; start < Side; start++)
        {
            for (var length = 1; length <= Side - start; length++)
            {
                foreach (var mirrored in new[] { false, true })
                    FillMatrix(weights.AsSpan(MatrixNumber(start, length, mirrored) * Side * Side, Side * Side), start, length, mirrored);
            }
        }

        matrices = tensor(weights, [2 * Intervals, Side, Side], device: device).DetachFromDisposeScope();
    }

    /// <param name="images">Float32 [B, 3, 32, 32] from 0 to 1.</param>
    /// <returns>[B, 3, 32, 32].</returns>
    public Tensor Apply(Tensor images, IReadOnlyList<ViewParameters> views)
    {
        using var scope = NewDisposeScope();
        var rows = Matrices([.. views.Select(view => MatrixNumber(view.Crop.Top, view.Crop.Height, mirrored: false))]); // [B, 1, 32, 32]
        var columns = Matrices([.. views.Select(view => MatrixNumber(view.Crop.Left, view.Crop.Width, view.Flip))]); // [B, 1, 32, 32]
        return rows.matmul(images).matmul(columns.transpose(2, 3)).clamp_(0, 1).MoveToOuterDisposeScope();
    }

    public void Dispose() => matrices.Dispose();

    private Tensor Matrices(long[] numbers) =>
        matrices.index_select(0, tensor(numbers, device: matrices.device)).unsqueeze(1);

    /// <summary>Intervals in order of their start, then of their length.</summary>
    private static int MatrixNumber(int start, int length, bool mirrored) =>
        start * Side - start * (start - 1) / 2 + length - 1 + (mirrored ? Intervals : 0);

    /// <summary>How much of each source pixel goes into each pixel of the view: rows sum to 1 and are zero outside the interval.</summary>
    /// <param name="matrix">[32 of the view, 32 of the image], all zero.</param>
    private static void FillMatrix(Span<float> matrix, int start, int length, bool mirrored)
    {
        for (var pixel = 0; pixel < Side; pixel++)
        {
            var row = matrix.Slice((mirrored ? Side - 1 - pixel : pixel) * Side, Side);
            var centre = start + (pixel + 0.5) * length / Side;
            var sum = 0.0;
            for (var source = start; source < start + length; source++)
                sum += Cubic(Math.Abs(source + 0.5 - centre));
            for (var source = start; source < start + length; source++)
                row[source] = (float)(Cubic(Math.Abs(source + 0.5 - centre)) / sum);
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
