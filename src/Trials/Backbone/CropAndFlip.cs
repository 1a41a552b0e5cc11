using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Random resized crop and mirroring, as two small matrix products per image. Letters: B views in the batch, S side.</summary>
/// <remarks>
/// <para>
/// Resampling is separable, so that a view is R · image · Cᵀ with S × S matrices R for rows and C for columns.
/// <c>grid_sample</c> would take a = −3/4, read beyond the crop at its edges, and be slower. A crop is never larger than
/// the view, so that nothing is shrunk and no antialiasing arises.
/// </para>
/// <para>Values are clamped to [0, 1] as Pillow does, but not rounded to 1/255.</para>
/// </remarks>
internal sealed class CropAndFlip : IDisposable
{
    private readonly Tensor? matrices; // [matrices, 32 of the view, 32 of the image]; null for a larger side, which has too many
    private readonly Device device;

    /// <param name="side">S.</param>
    public CropAndFlip(Device device, int side = ImageSet.SmallSide)
    {
        this.device = device;
        matrices = side == ImageSet.SmallSide
            ? tensor(CropMatrices.All(transposed: false), [CropMatrices.Count, side, side], device: device).DetachFromDisposeScope()
            : null;
    }

    /// <param name="images">Float32 [B, 3, S, S] from 0 to 1.</param>
    /// <returns>[B, 3, S, S].</returns>
    public Tensor Apply(Tensor images, IReadOnlyList<ViewParameters> views)
    {
        using var scope = NewDisposeScope();
        var side = (int)images.shape[2];
        var rows = Matrices(side, [.. views.Select(view => (view.Crop.Top, view.Crop.Height, false))]); // [B, 1, S, S]
        var columns = Matrices(side, [.. views.Select(view => (view.Crop.Left, view.Crop.Width, view.Flip))]); // [B, 1, S, S]
        return rows.matmul(images).matmul(columns.transpose(2, 3)).Clamp_(0, 1).MoveToOuterDisposeScope();
    }

    public void Dispose() => matrices?.Dispose();

    private Tensor Matrices(int side, (int Start, int Length, bool Mirrored)[] intervals)
    {
        if (matrices is not null)
        {
            long[] numbers = [.. intervals.Select(i => (long)CropMatrices.Number(i.Start, i.Length, i.Mirrored))];
            return matrices.index_select(0, tensor(numbers, device: matrices.device)).unsqueeze(1);
        }

        var made = new float[intervals.Length * side * side];
        Parallel.ForEach(intervals.Index(), i => CropMatrices.Make(side, i.Item.Start, i.Item.Length, i.Item.Mirrored, transposed: false)
            .CopyTo(made.AsSpan(i.Index * side * side)));
        return tensor(made, [intervals.Length, 1, side, side], device: device);
    }
}
