using VicRegSweeps.Trials.Gpu;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone.Gpu;

/// <summary>
/// For images of 32 × 32 pixels, which fit the memory of a block: makes each view by one block of a kernel, all of its steps in one go: by tensor
/// operations a batch is a hundred launches.
/// </summary>
/// <param name="kernels">Of <see cref="BackboneKernels"/>.</param>
/// <param name="device">Theirs.</param>
internal sealed class ViewKernels(IKernels kernels, Device device) : IViewMaker
{
    private const int Threads = 256;
    private const int IntegersOfView = 8;
    private const int BitsOfOperation = 4;
    private const int GreyBit = 16;
    private const int SolarizeBit = 17;

    private readonly Tensor matrices = // [matrices, 32 of the view, 32 of the image]
        tensor(CropMatrices.All(transposed: false), [CropMatrices.Count, ImageSet.SmallSide, ImageSet.SmallSide], device: device).DetachFromDisposeScope();

    public Tensor Apply(Tensor images, IReadOnlyList<int> places, IReadOnlyList<ViewParameters> views)
    {
        using var scope = NewDisposeScope();
        var own = images.contiguous();
        var records = new int[views.Count * IntegersOfView];
        for (var i = 0; i < views.Count; i++) Write(places[i], views[i], records.AsSpan(i * IntegersOfView, IntegersOfView));
        var recordsThere = tensor(records, [records.Length], ScalarType.Int32, device);
        var result = empty([views.Count, 3, ImageSet.SmallSide, ImageSet.SmallSide], ScalarType.Float32, device);
        kernels.Blocks(
            "make_views", views.Count, 1, Threads, TensorMemory.Of(own), own.dtype == ScalarType.Byte, TensorMemory.Of(recordsThere),
            TensorMemory.Of(matrices), TensorMemory.Of(result));
        return result.MoveToOuterDisposeScope();
    }

    public void Dispose() => matrices.Dispose();

    /// <summary>The kernel's <c>View</c>.</summary>
    private static void Write(int place, ViewParameters view, Span<int> record)
    {
        var isWhole = view.Crop == CropBox.WholeOf(ImageSet.SmallSide) && !view.Flip;
        record[0] = place;
        record[1] = isWhole ? -1 : CropMatrices.Number(view.Crop.Top, view.Crop.Height, mirrored: false);
        record[2] = isWhole ? -1 : CropMatrices.Number(view.Crop.Left, view.Crop.Width, view.Flip);
        record[3] = (view.Grey ? 1 << GreyBit : 0) | (view.Solarize ? 1 << SolarizeBit : 0);
        for (var slot = 0; slot < view.JitterOrder.Count; slot++) record[3] |= ((int)view.JitterOrder[slot] + 1) << (BitsOfOperation * slot);
        record[4] = BitConverter.SingleToInt32Bits(view.Brightness);
        record[5] = BitConverter.SingleToInt32Bits(view.Contrast);
        record[6] = BitConverter.SingleToInt32Bits(view.Saturation);
        record[7] = BitConverter.SingleToInt32Bits(view.HueShift);
    }
}
