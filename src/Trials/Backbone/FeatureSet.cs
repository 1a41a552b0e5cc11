using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Backbone features of one image set, in memory. It owns its tensors.</summary>
/// <param name="Views">Of augmented views, float32 [N, V, F].</param>
/// <param name="Clean">Of the images as they are, float32 [N, F].</param>
/// <param name="Labels">Int64 [N].</param>
public sealed record FeatureSet(Tensor Views, Tensor Clean, Tensor Labels) : IDisposable
{
    /// <summary>Number of images.</summary>
    public int Count => (int)Labels.shape[0];

    public void Dispose()
    {
        Views.Dispose();
        Clean.Dispose();
        Labels.Dispose();
    }

    /// <summary>Room for the features of so many images.</summary>
    internal static FeatureSet Allocate(int images, int views, int features) => new(
        empty([images, views, features], ScalarType.Float32).DetachFromDisposeScope(),
        empty([images, features], ScalarType.Float32).DetachFromDisposeScope(),
        empty([images], ScalarType.Int64).DetachFromDisposeScope());
}
