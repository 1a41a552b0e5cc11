using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>A frozen network that turns images into features. It owns its weights.</summary>
public interface IBackbone : IDisposable
{
    /// <summary>Width of the feature vectors.</summary>
    int Features { get; }

    /// <summary>Where <see cref="Forward"/> computes, and takes its input.</summary>
    Device Device { get; }

    /// <summary>For people, such as <c>vgg16, random weights of seed 0, bfloat16</c>.</summary>
    string Description { get; }

    /// <summary>Equal keys mean equal features: weights, architecture and precision, as lower-case hex.</summary>
    string ContentKey { get; }

    /// <summary>Equal for equal weights, whatever they are computed with.</summary>
    string WeightsKey => ContentKey;

    /// <summary>What <see cref="Forward"/> does best with.</summary>
    BackboneBatch Batch { get; }

    /// <summary>The images' features, without a gradient.</summary>
    /// <param name="images">Float32 [B, 3, S, S] from 0 to 1, on <see cref="Device"/>. Normalising is the backbone's own work.</param>
    /// <returns>Float32 [B, F] on <see cref="Device"/>.</returns>
    Tensor Forward(Tensor images);
}
