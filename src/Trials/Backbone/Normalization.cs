using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>What is taken from the channels of an image before a backbone, and what they are divided by then: what <c>backbone.normalize</c> says.</summary>
/// <param name="word">As <c>backbone.normalize</c> says it.</param>
/// <param name="mean">Of red, green and blue, from 0 to 1.</param>
/// <param name="std">The standard deviation of each.</param>
public sealed class Normalization(string word, float[] mean, float[] std)
{
    public const string Parameter = "backbone.normalize";

    /// <summary>CIFAR-10's, which the article has. Banks and trials of before there were others have it too.</summary>
    public static readonly Normalization Cifar10 = new("cifar10", [0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]);

    /// <summary>ImageNet's, with which torchvision's weights were trained.</summary>
    /// <remarks>torchvision/transforms/_presets.py, <c>ImageClassification</c>.</remarks>
    public static readonly Normalization ImageNet = new("imagenet", [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>Images stay as they are, from 0 to 1.</summary>
    public static readonly Normalization None = new("none", [0, 0, 0], [1, 1, 1]);

    public static readonly IReadOnlyList<Normalization> All = [Cifar10, ImageNet, None];

    public string Word => word;

    public IReadOnlyList<float> Mean => mean;

    public IReadOnlyList<float> Std => std;

    /// <param name="word">Null where nothing is said of it, as in stores of before there were others.</param>
    public static Normalization Named(string? word) => word is null ? Cifar10
        : All.FirstOrDefault(n => n.Word == word) ?? throw new ArgumentOutOfRangeException(nameof(word), word, "No such normalization.");

    /// <summary>What keys and descriptions say of it after all else: nothing of CIFAR-10's, so that keys of before there were others stay.</summary>
    public string After(string separator) => this == Cifar10 ? "" : $"{separator}normalize {word}";

    /// <param name="device">Of the images.</param>
    /// <returns>Owned by the caller, whatever dispose scope it is made in.</returns>
    internal ChannelScale On(Device device) => new(
        tensor(mean, device: device).reshape(3, 1, 1).DetachFromDisposeScope(), tensor(std, device: device).reshape(3, 1, 1).DetachFromDisposeScope());
}

/// <summary>A <see cref="Normalization"/> on the device of its images. It owns its tensors.</summary>
/// <param name="mean">[3, 1, 1].</param>
/// <param name="std">[3, 1, 1].</param>
internal sealed class ChannelScale(Tensor mean, Tensor std) : IDisposable
{
    /// <param name="images">[B, 3, S, S] from 0 to 1; left as they are.</param>
    /// <returns>[B, 3, S, S].</returns>
    public Tensor Apply(Tensor images) => images.sub(mean).div_(std);

    public void Dispose()
    {
        mean.Dispose();
        std.Dispose();
    }
}
