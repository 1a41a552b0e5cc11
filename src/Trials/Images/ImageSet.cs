using System.Buffers.Binary;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Images;

/// <summary>Labelled images in memory. It owns its tensors, whatever dispose scope they were made in.</summary>
public sealed class ImageSet : IDisposable
{
    /// <summary>Width and height of CIFAR's images and of the generated shapes, in pixels; of other images where nothing else is said.</summary>
    public const int SmallSide = 32;

    /// <summary>The label of every image of a set without classes.</summary>
    public const long NoLabel = -1;

    private ImageSet(Tensor images, Tensor labels, int classes, string contentKey) =>
        (Images, Labels, Classes, ContentKey) = (images, labels, classes, contentKey);

    /// <summary>uint8 [N, 3, S, S], channels red, green, blue.</summary>
    public Tensor Images { get; }

    /// <summary>S, width and height of every image, in pixels.</summary>
    public int Side => (int)Images.shape[2];

    /// <summary>int64 [N], 0 … <see cref="Classes"/> − 1, or <see cref="NoLabel"/> throughout.</summary>
    public Tensor Labels { get; }

    /// <summary>0 where the images have no labels.</summary>
    public int Classes { get; }

    /// <summary>SHA-256 of pixels, labels, class count and a side that is not 32, in lower-case hex: equal keys mean equal images.</summary>
    public string ContentKey { get; }

    public int Count => (int)Images.shape[0];

    /// <param name="pixels">N × 3 × S × S bytes.</param>
    /// <param name="labels">N class numbers, or <see cref="NoLabel"/> throughout.</param>
    /// <param name="classes">0 where there are no labels.</param>
    /// <param name="side">S.</param>
    public static ImageSet Create(byte[] pixels, long[] labels, int classes, int side = SmallSide)
    {
        if (pixels.Length != (long)labels.Length * 3 * side * side)
            throw new ArgumentException($"{pixels.Length} bytes are not {labels.Length} images.", nameof(pixels));

        var images = empty([labels.Length, 3, side, side], ScalarType.Byte); // [N, 3, S, S]
        pixels.CopyTo(images.bytes);
        return new ImageSet(
            images.DetachFromDisposeScope(),
            tensor(labels).DetachFromDisposeScope(),
            classes,
            HashOf(pixels, labels, classes, side));
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

    private static string HashOf(byte[] pixels, long[] labels, int classes, int side)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var number = new byte[sizeof(long)];
        long[] sideToSay = side == SmallSide ? [] : [side]; // Keys of before there were other sides stay.
        foreach (var value in labels.Prepend(classes).Prepend(labels.Length).Concat(sideToSay))
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            hash.AppendData(number);
        }

        hash.AppendData(pixels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
