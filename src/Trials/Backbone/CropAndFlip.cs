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
internal static class CropAndFlip
{
    private const int Side = ImageSet.Side;

    /// <param name="images">Float32 [B, 3, 32, 32] from 0 to 1.</param>
    /// <returns>[B, 3, 32, 32].</returns>
    public static Tensor Apply(Tensor images, IReadOnlyList<ViewParameters> views)
    {
        using var scope = NewDisposeScope();
        var rows = Weights([.. views.Select(view => (view.Crop.Top, view.Crop.Height, false))], images.device); // [B, 1, 32, 32]
        var columns = Weights([.. views.Select(view => (view.Crop.Left, view.Crop.Width, view.Flip))], images.device); // [B, 1, 32, 32]
        return rows.matmul(images).matmul(columns.transpose(2, 3)).clamp_(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>How much of each source pixel goes into each pixel of the view, along one direction.</summary>
    /// <returns>[B, 1, 32 of the view, 32 of the image]; each row sums to 1 and is zero outside the crop.</returns>
    private static Tensor Weights((int Start, int Length, bool Mirrored)[] crops, Device device)
    {
        var numbers = new float[crops.Length * 3];
        for (var i = 0; i < crops.Length; i++)
        {
            var (start, length, mirrored) = crops[i];
            // Pixel p of the view is centred at start + (p + 1/2) length / 32, or when mirrored at the same place from the end.
            var scale = length / (float)Side;
            numbers[3 * i] = mirrored ? start + length : start;
            numbers[3 * i + 1] = mirrored ? -scale : scale;
            numbers[3 * i + 2] = length;
        }

        var crop = tensor(numbers, [crops.Length, 3, 1, 1], device: device); // [B, 3, 1, 1]
        var (origin, step, size) = (crop[.., 0..1], crop[.., 1..2], crop[.., 2..3]); // [B, 1, 1, 1] each
        var pixel = arange(Side, ScalarType.Float32, device).add_(0.5); // [32]
        var centre = origin + pixel.reshape(Side, 1) * step; // [B, 1, 32, 1]
        var weight = Cubic((pixel - centre).abs_()); // [B, 1, 32, 32]
        var first = step.lt(0).to_type(ScalarType.Float32).mul_(-size).add_(origin); // [B, 1, 1, 1]
        weight.mul_(pixel.gt(first)).mul_(pixel.lt(first + size));
        return weight.div_(weight.sum(3, keepdim: true));
    }

    /// <summary>Keys' cubic convolution kernel with a = −1/2.</summary>
    /// <param name="distance">In pixels, at least 0; overwritten.</param>
    private static Tensor Cubic(Tensor distance)
    {
        var near = distance.mul(1.5).sub_(2.5).mul_(distance).mul_(distance).add_(1); // 1.5 d³ − 2.5 d² + 1, for d < 1
        var far = distance.mul(-0.5).add_(2.5).mul_(distance).sub_(4).mul_(distance).add_(2); // −0.5 d³ + 2.5 d² − 4 d + 2, for d < 2
        return where(distance.lt(1), near, far.mul_(distance.lt(2)));
    }
}
