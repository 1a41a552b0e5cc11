using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>No backbone: an image's features are its own pixels, normalised.</summary>
/// <remarks>Letters: B batch, S side of an image.</remarks>
internal sealed class Pixels : IBackbone
{
    private const int LargestBatch = 256;

    private readonly ChannelScale scale;

    /// <param name="side">S.</param>
    public Pixels(Device device, int side, Normalization normalization)
    {
        (Device, Features) = (device, 3 * side * side);
        scale = normalization.On(device);
        ContentKey = PixelEncoder.KeyOf(normalization);
        Description = $"pixels{normalization.After(", ")}";
        Batch = new BackboneBatch(Multiple: 1, LargestBatch, Callers: device.type == TorchSharp.DeviceType.CPU ? Environment.ProcessorCount : 1);
    }

    public int Features { get; }

    public Device Device { get; }

    public string Description { get; }

    public string ContentKey { get; }

    public BackboneBatch Batch { get; }

    /// <returns>Channel after channel, row after row, [B, 3 · S · S].</returns>
    public Tensor Forward(Tensor images)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        return scale.Apply(images).flatten(1).MoveToOuterDisposeScope();
    }

    public void Dispose() => scale.Dispose();
}
