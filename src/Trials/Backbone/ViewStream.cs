using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Features of views that nobody has seen before: every step augments its images anew, and runs the backbone on them.</summary>
/// <remarks>
/// A view depends on the trial's seed, the step and the image alone. What an image's features are does not depend on which
/// seeds ask at the same time, so that a trial in a stack sees what it sees alone.
/// </remarks>
public sealed class ViewStream : IDisposable
{
    private readonly ImageSet images;
    private readonly IBackbone backbone;
    private readonly AugmentationRecipe recipe;
    private readonly Augmentation augmentation;
    private readonly FeatureScale? scale;

    /// <param name="images">Owned, as all that follows.</param>
    /// <param name="scale">Standardizes the features, on the backbone's device; null leaves them as they are.</param>
    public ViewStream(ImageSet images, IBackbone backbone, AugmentationRecipe recipe, FeatureScale? scale)
    {
        (this.images, this.backbone, this.recipe, this.scale) = (images, backbone, recipe, scale);
        augmentation = new Augmentation(recipe, 0, backbone.Device, images.Side);
    }

    /// <summary>N.</summary>
    public int Images => images.Count;

    /// <summary>Two views of each image of a batch, for several seeds at once.</summary>
    /// <param name="batches">Each seed's B images.</param>
    /// <param name="step">From the beginning of training.</param>
    /// <returns>For each seed the first views' features, then the second views', [2B, F] on the backbone's device.</returns>
    public IReadOnlyList<Tensor> Features(IReadOnlyList<(long Seed, int[] Images)> batches, long step)
    {
        var results = batches.Select(batch => empty([2 * batch.Images.Length, backbone.Features], ScalarType.Float32, backbone.Device)).ToArray();
        var pieces = batches.Index()
            .SelectMany(batch => backbone.Batch.Split(2 * batch.Item.Images.Length).Select(range => (batch.Index, range.First, range.Count))).ToList();
        backbone.Batch.Share(pieces.Count, piece =>
        {
            using var gradientOff = no_grad();
            using var scope = NewDisposeScope();
            var (index, first, count) = pieces[piece];
            var features = Features(batches[index].Seed, batches[index].Images, step, first, count);
            scale?.Apply(features);
            results[index].narrow(0, first, count).copy_(features);
        });
        return results;
    }

    public void Dispose()
    {
        augmentation.Dispose();
        scale?.Dispose();
        backbone.Dispose();
        images.Dispose();
    }

    /// <summary>Of the passes <paramref name="first"/> … of one seed's batch, [count, F].</summary>
    private Tensor Features(long seed, int[] batch, long step, int first, int count)
    {
        var family = RandomStream.Key(seed, "stream");
        var passes = Enumerable.Range(first, count).Select(pass => (Image: batch[pass % batch.Length], View: (2 * step) + (pass / batch.Length))).ToList();
        var views = passes.Select(pass => Augmentation.Parameters(recipe, family, pass.Image, pass.View, images.Side)).ToList();
        return backbone.Forward(augmentation.Apply(images, [.. passes.Select(pass => pass.Image)], views));
    }
}
