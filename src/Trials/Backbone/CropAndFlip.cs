using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Random resized crop and mirroring, as two small matrix products per image.</summary>
/// <remarks>
/// <para>
/// Resampling is separable, so that a view is R · image · Cᵀ with 32 × 32 matrices R for rows and C for columns.
/// <c>grid_sample</c> would take a = −3/4, read beyond the crop at its edges, and be slower. A crop is never larger than
/// the view, so that nothing is shrunk and no antialiasing arises.
/// </para>
/// <para>Values are clamped to [0, 1] as Pillow does, but not rounded to 1/255.</para>
/// </remarks>
internal sealed class CropAndFlip : IDisposable
{
    private readonly Tensor matrices; // [matrices, 32 of the view, 32 of the image]

    public CropAndFlip(Device device) =>
        matrices = tensor(CropMatrices.All(transposed: false), [CropMatrices.Count, ImageSet.Side, ImageSet.Side], device: device).DetachFromDisposeScope();

    /// <param name="images">Float32 [B, 3, 32, 32] from 0 to 1.</param>
    /// <returns>[B, 3, 32, 32].</returns>
    public Tensor Apply(Tensor images, IReadOnlyList<ViewParameters> views)
    {
        using var scope = NewDisposeScope();
        var rows = Matrices([.. views.Select(view => CropMatrices.Number(view.Crop.Top, view.Crop.Height, mirrored: false))]); // [B, 1, 32, 32]
        var columns = Matrices([.. views.Select(view => CropMatrices.Number(view.Crop.Left, view.Crop.Width, view.Flip))]); // [B, 1, 32, 32]
        return rows.matmul(images).matmul(columns.transpose(2, 3)).Clamp_(0, 1).MoveToOuterDisposeScope();
    }

    public void Dispose() => matrices.Dispose();

    private Tensor Matrices(long[] numbers) =>
        matrices.index_select(0, tensor(numbers, device: matrices.device)).unsqueeze(1);
}
