using System.Runtime.InteropServices;
using VicRegSweeps.Trials.Backbone.Gpu;
using VicRegSweeps.Trials.Gpu;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Makes augmented views of images, a batch at a time and on the images' own device.</summary>
/// <remarks>
/// A view is decided by the seed, the image's index and the view's number alone: batching, order and restarts never
/// change which one it is. Letters: B views in the batch, S side of an image.
/// </remarks>
/// <param name="seed">Of the views' parameters.</param>
/// <param name="device">Where the images will lie.</param>
/// <param name="side">S, a multiple of 32.</param>
public sealed class Augmentation(AugmentationRecipe recipe, long seed, Device device, int side = ImageSet.SmallSide) : IDisposable
{
    private readonly ulong family = RandomStream.Key(seed, "augmentation");
    private readonly IViewMaker? ofBatches = device.type == TorchSharp.DeviceType.CPU ? null
        : side == ImageSet.SmallSide && CudaLauncher.TryCreate(BackboneKernels.Source, device) is { } kernels ? new ViewKernels(kernels, device)
        : new TensorViews(device, side);

    public AugmentationRecipe Recipe => recipe;

    /// <summary>What is done to an image for one of its views.</summary>
    /// <param name="image">The image's index in its set.</param>
    /// <param name="view">Any number.</param>
    public ViewParameters Parameters(long image, long view) => Parameters(recipe, family, image, view, side);

    /// <inheritdoc cref="Parameters(long, long)"/>
    /// <param name="family">Views of another family are others.</param>
    internal static ViewParameters Parameters(AugmentationRecipe recipe, ulong family, long image, long view, int side) =>
        ViewParameters.Draw(recipe, new RandomStream(RandomStream.Key(RandomStream.Key(family, image), view)), side);

    /// <param name="images">Uint8 [B, 3, S, S]; the image of every view, repeated where it has several.</param>
    /// <param name="views">Each view's image index and number, B of them.</param>
    /// <returns>Float32 [B, 3, S, S] from 0 to 1, on the images' device.</returns>
    public Tensor Apply(Tensor images, IReadOnlyList<(long Image, long View)> views)
    {
        if (images.shape[0] != views.Count)
            throw new ArgumentException($"{images.shape[0]} images are given for {views.Count} views.", nameof(views));

        using var scope = NewDisposeScope();
        return Apply(images, [.. views.Select(view => Parameters(view.Image, view.View))]).MoveToOuterDisposeScope();
    }

    /// <summary>Makes views of given parameters of some of a set's images.</summary>
    /// <param name="places">The image of every view, B of them.</param>
    /// <returns>Float32 [B, 3, S, S] from 0 to 1, on this augmentation's device.</returns>
    internal Tensor Apply(ImageSet set, IReadOnlyList<int> places, IReadOnlyList<ViewParameters> views)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        if (ofBatches is null)
            return Apply(set.Images.index_select(0, tensor([.. places], ScalarType.Int32)), views).MoveToOuterDisposeScope();
        if (set.Images.device.type == device.type) return ofBatches.Apply(set.Images, places, views).MoveToOuterDisposeScope();

        // Each image travels once, however many views it has.
        var travelling = places.Distinct().ToList();
        var placeThere = travelling.Index().ToDictionary(image => image.Item, image => image.Index);
        var images = set.Images.index_select(0, tensor([.. travelling], ScalarType.Int32)).to(device);
        return ofBatches.Apply(images, [.. places.Select(place => placeThere[place])], views).MoveToOuterDisposeScope();
    }

    /// <summary>Makes views of given parameters.</summary>
    /// <param name="images">Uint8 or float32 from 0 to 1, [B, 3, S, S]; left as they are.</param>
    /// <returns>Float32 [B, 3, S, S] from 0 to 1.</returns>
    public Tensor Apply(Tensor images, IReadOnlyList<ViewParameters> views)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        if (ofBatches is not null) return ofBatches.Apply(images, [.. Enumerable.Range(0, views.Count)], views).MoveToOuterDisposeScope();

        var result = empty(images.shape, ScalarType.Float32);
        var from = images.contiguous().bytes;
        var to = MemoryMarshal.Cast<byte, float>(result.bytes);
        var floats = 3 * side * side; // Of an image.
        Span<float> unit = new float[floats];
        for (var i = 0; i < views.Count; i++)
        {
            if (images.dtype == ScalarType.Byte)
                ToUnit(from.Slice(i * floats, floats), unit);
            else
                MemoryMarshal.Cast<byte, float>(from).Slice(i * floats, floats).CopyTo(unit);
            ViewLoops.Make(unit, side, views[i], to.Slice(i * floats, floats));
        }

        return result.MoveToOuterDisposeScope();
    }

    public void Dispose() => ofBatches?.Dispose();

    private static void ToUnit(ReadOnlySpan<byte> image, Span<float> unit)
    {
        for (var i = 0; i < image.Length; i++)
            unit[i] = image[i] / 255f;
    }
}
