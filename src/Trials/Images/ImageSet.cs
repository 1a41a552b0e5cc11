using System.Buffers.Binary;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Images;

/// <summary>Labelled images in memory. It owns its tensors, whatever dispose scope they were made in.</summary>
public sealed class ImageSet : IDisposable
{
    /// <summary>Width and height of every image, in pixels.</summary>
    public const int Side = 32;

    private const int ImageBytes = 3 * Side * Side;

    private ImageSet(Tensor images, Tensor labels, int classes, string contentKey) =>
        (Images, Labels, Classes, ContentKey) = (images, labels, classes, contentKey);

    /// <summary>uint8 [N, 3, 32, 32], channels red, green, blue.</summary>
    public Tensor Images { get; }

    /// <summary>int64 [N], 0 … <see cref="Classes"/> − 1.</summary>
    public Tensor Labels { get; }

    public int Classes { get; }

    /// <summary>SHA-256 of pixels, labels and class count, in lower-case hex: equal keys mean equal images.</summary>
    public string ContentKey { get; }

    public int Count => (int)Images.shape[0];

    /// <param name="pixels">N × 3 × 32 × 32 bytes.</param>
    /// <param name="labels">N class numbers.</param>
    public static ImageSet Create(byte[] pixels, long[] labels, int classes)
    {
        if (pixels.Length != (long)labels.Length * ImageBytes)
            throw new ArgumentException($"{pixels.Length} bytes are not {labels.Length} images.", nameof(pixels));

        var images = empty([labels.Length, 3, Side, Side], ScalarType.Byte); // [N, 3, 32, 32]
        pixels.CopyTo(images.bytes);
        return new ImageSet(
            images.DetachFromDisposeScope(),
            tensor(labels).DetachFromDisposeScope(),
            classes,
            HashOf(pixels, labels, classes));
    }

    /// <summary>The same images in the memory of a device. This set is taken over.</summary>
    public ImageSet To(Device device)
    {
        if (device.type == Images.device.type) return this;

        using (this) return new ImageSet(Images.to(device).DetachFromDisposeScope(), Labels.to(device).DetachFromDisposeScope(), Classes, ContentKey);
    }

    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }

    private static string HashOf(byte[] pixels, long[] labels, int classes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var number = new byte[sizeof(long)];
        foreach (var value in labels.Prepend(classes).Prepend(labels.Length))
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            hash.AppendData(number);
        }

        hash.AppendData(pixels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
