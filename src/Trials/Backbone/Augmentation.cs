using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>Makes augmented views of images, a batch at a time and on the images' own device.</summary>
/// <remarks>
/// A view is decided by the seed, the image's index and the view's number alone: batching, order and restarts never
/// change which one it is. Letters: B views in the batch.
/// </remarks>
/// <param name="seed">Of the views' parameters.</param>
/// <param name="device">Where the images will lie.</param>
public sealed class Augmentation(AugmentationRecipe recipe, long seed, Device device) : IDisposable
{
    private readonly ulong family = RandomStream.Key(seed, "augmentation");
    private readonly CropAndFlip cropAndFlip = new(device);

    public AugmentationRecipe Recipe => recipe;

    /// <summary>What is done to an image for one of its views.</summary>
    /// <param name="image">The image's index in its set.</param>
    /// <param name="view">Any number.</param>
    public ViewParameters Parameters(long image, long view) => Parameters(recipe, family, image, view);

    /// <inheritdoc cref="Parameters(long, long)"/>
    /// <param name="family">Views of another family are others.</param>
    internal static ViewParameters Parameters(AugmentationRecipe recipe, ulong family, long image, long view) =>
        ViewParameters.Draw(recipe, new RandomStream(RandomStream.Key(RandomStream.Key(family, image), view)));

    /// <param name="images">Uint8 [B, 3, 32, 32]; the image of every view, repeated where it has several.</param>
    /// <param name="views">Each view's image index and number, B of them.</param>
    /// <returns>Float32 [B, 3, 32, 32] from 0 to 1, on the images' device.</returns>
    public Tensor Apply(Tensor images, IReadOnlyList<(long Image, long View)> views)
    {
        if (images.shape[0] != views.Count)
            throw new ArgumentException($"{images.shape[0]} images are given for {views.Count} views.", nameof(views));

        using var scope = NewDisposeScope();
        var unit = images.to_type(ScalarType.Float32).div_(255);
        return (recipe == AugmentationRecipe.None ? unit : Apply(unit, [.. views.Select(view => Parameters(view.Image, view.View))]))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Makes views of given parameters of some of a set's images.</summary>
    /// <param name="indices">The image of every view, B of them.</param>
    /// <returns>Float32 [B, 3, 32, 32] from 0 to 1, on this augmentation's device.</returns>
    internal Tensor Apply(ImageSet set, long[] indices, IReadOnlyList<ViewParameters> views)
    {
        using var scope = NewDisposeScope();
        var images = set.Images.index_select(0, tensor(indices)).to(device); // [B, 3, 32, 32]
        return Apply(images.to_type(ScalarType.Float32).div_(255), views).MoveToOuterDisposeScope();
    }

    /// <summary>Makes views of given parameters.</summary>
    /// <param name="images">Float32 [B, 3, 32, 32] from 0 to 1; left as they are.</param>
    public Tensor Apply(Tensor images, IReadOnlyList<ViewParameters> views)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        var x = cropAndFlip.Apply(images, views); // [B, 3, 32, 32]
        for (var slot = 0; slot < 4; slot++)
        {
            foreach (var operation in Enum.GetValues<JitterOperation>())
                JitterRows(x, operation, views, view => view.JitterOrder.Count > slot && view.JitterOrder[slot] == operation);
        }

        ChangeRows(x, views, view => view.Grey, (rows, _) => ColourJitter.Grey(rows).expand_as(rows));
        ChangeRows(x, views, view => view.Solarize, (rows, _) => where(rows.ge(128 / 255f), 1 - rows, rows));
        return x.MoveToOuterDisposeScope();
    }

    public void Dispose() => cropAndFlip.Dispose();

    private static void JitterRows(Tensor x, JitterOperation operation, IReadOnlyList<ViewParameters> views, Predicate<ViewParameters> chosen) =>
        ChangeRows(x, views, chosen, (rows, indices) =>
        {
            var strengths = indices.Select(index => Strength(operation, views[index])).ToArray();
            return ColourJitter.Apply(operation, rows, tensor(strengths, [strengths.Length, 1, 1, 1], device: x.device));
        });

    private static float Strength(JitterOperation operation, ViewParameters view) => operation switch
    {
        JitterOperation.Brightness => view.Brightness,
        JitterOperation.Contrast => view.Contrast,
        JitterOperation.Saturation => view.Saturation,
        JitterOperation.Hue => view.HueShift,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    /// <summary>Replaces the rows of a batch that a view's parameters choose.</summary>
    /// <param name="x">[B, 3, 32, 32], changed in place.</param>
    /// <param name="change">Takes the chosen rows [b, 3, 32, 32] and their indices, gives the same shape.</param>
    private static void ChangeRows(
        Tensor x, IReadOnlyList<ViewParameters> views, Predicate<ViewParameters> chosen, Func<Tensor, List<int>, Tensor> change)
    {
        var indices = new List<int>();
        for (var i = 0; i < views.Count; i++)
        {
            if (chosen(views[i]))
                indices.Add(i);
        }

        if (indices.Count == 0)
            return;
        using var scope = NewDisposeScope();
        var rows = tensor(indices.ToArray(), ScalarType.Int64, x.device);
        x.index_copy_(0, rows, change(x.index_select(0, rows), indices));
    }
}
