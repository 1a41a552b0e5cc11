using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>No backbone: an image's features are its own pixels, normalised with CIFAR-10's mean and standard deviation.</summary>
/// <remarks>Letters: B batch, S side of an image.</remarks>
internal sealed class Pixels : IBackbone
{
    private const int LargestBatch = 256;

    private readonly Tensor average;   // [3, 1, 1]
    private readonly Tensor deviation; // [3, 1, 1]

    /// <param name="side">S.</param>
    public Pixels(Device device, int side)
    {
        (Device, Features) = (device, 3 * side * side);
        average = tensor(Vgg16Weights.Cifar10Mean, device: device).reshape(3, 1, 1).DetachFromDisposeScope();
        deviation = tensor(Vgg16Weights.Cifar10Std, device: device).reshape(3, 1, 1).DetachFromDisposeScope();
        Batch = new BackboneBatch(Multiple: 1, LargestBatch, Callers: device.type == TorchSharp.DeviceType.CPU ? Environment.ProcessorCount : 1);
    }

    public int Features { get; }

    public Device Device { get; }

    public string Description => "pixels";

    public string ContentKey => PixelEncoder.Key;

    public BackboneBatch Batch { get; }

    /// <returns>Channel after channel, row after row, [B, 3 · S · S].</returns>
    public Tensor Forward(Tensor images)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        return images.sub(average).div_(deviation).flatten(1).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        average.Dispose();
        deviation.Dispose();
    }
}
