using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>A run of images whose features lie in one file: what a killed build loses at most.</summary>
/// <param name="Set">The images it is a part of.</param>
/// <param name="FirstView">Number of the first view, for <see cref="Augmentation"/>.</param>
/// <param name="Views">V.</param>
/// <param name="Start">Index of its first image.</param>
/// <param name="Count">n images.</param>
internal sealed record FeatureBankChunk(string SetName, ImageSet Set, long FirstView, int Views, int Start, int Count)
{
    /// <summary>Where the numbers of test views begin, so that a test image and a training image of the same index differ in their views.</summary>
    public const long FirstTestView = 1L << 40;

    private const int ImagesPerChunk = 256;

    private const string ViewsName = "views";
    private const string CleanName = "clean";
    private const string LabelsName = "labels";

    public string FileName => $"{SetName}-{Start:D6}.safetensors";

    /// <summary>Forward passes that it takes: each image's views and the image itself.</summary>
    public int Passes => Count * (Views + 1);

    /// <summary>The chunks of a set, in order.</summary>
    public static IEnumerable<FeatureBankChunk> Of(string setName, ImageSet set, long firstView, int views)
    {
        for (var start = 0; start < set.Count; start += ImagesPerChunk)
            yield return new FeatureBankChunk(setName, set, firstView, views, start, Math.Min(ImagesPerChunk, set.Count - start));
    }

    /// <summary>The features of the passes <paramref name="first"/> … of the chunk, [count, F].</summary>
    public Tensor Compute(Augmentation augmentation, IBackbone backbone, int first, int count)
    {
        var passes = Enumerable.Range(first, count).Select(pass => (Image: Start + (pass / (Views + 1)), View: pass % (Views + 1))).ToList();
        var views = passes.Select(pass => pass.View == Views
            ? ViewParameters.UnchangedOf(Set.Side)
            : augmentation.Parameters(pass.Image, FirstView + pass.View)).ToList();
        return OnProcessor(backbone.Forward(augmentation.Apply(Set, [.. passes.Select(pass => pass.Image)], views)));
    }

    private static Tensor OnProcessor(Tensor features) => features.device.type == TorchSharp.DeviceType.CPU
        ? features
        : TensorPieces.ForCopies(features.shape, features.dtype).copy_(features);

    /// <summary>What <see cref="Safetensors"/> writes: views [n, V, F], clean [n, F], labels [n].</summary>
    /// <param name="features">Of all passes, [n · (V + 1), F], images outermost: views of image 0, image 0, views of image 1, …</param>
    public Dictionary<string, Tensor> Tensors(Tensor features)
    {
        using var scope = NewDisposeScope();
        var byImage = features.reshape(Count, Views + 1, -1); // [n, V + 1, F]
        return new Dictionary<string, Tensor>
        {
            [ViewsName] = byImage.narrow(1, 0, Views).MoveToOuterDisposeScope(),
            [CleanName] = byImage.select(1, Views).MoveToOuterDisposeScope(),
            [LabelsName] = Set.Labels.narrow(0, Start, Count).MoveToOuterDisposeScope(),
        };
    }

    /// <summary>Whether tensors from a file are this chunk's.</summary>
    public bool Fits(IReadOnlyDictionary<string, Tensor> tensors, int features) =>
        HasShape(tensors, ViewsName, ScalarType.Float32, Count, Views, features)
        && HasShape(tensors, CleanName, ScalarType.Float32, Count, features)
        && HasShape(tensors, LabelsName, ScalarType.Int64, Count);

    /// <summary>Copies the chunk to its place in the whole.</summary>
    public void CopyTo(FeatureSet whole, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        whole.Views.narrow(0, Start, Count).copy_(tensors[ViewsName]);
        whole.Clean.narrow(0, Start, Count).copy_(tensors[CleanName]);
        whole.Labels.narrow(0, Start, Count).copy_(tensors[LabelsName]);
    }

    private static bool HasShape(IReadOnlyDictionary<string, Tensor> tensors, string name, ScalarType type, params long[] shape) =>
        tensors.TryGetValue(name, out var tensor) && tensor.dtype == type && tensor.shape.SequenceEqual(shape);
}
