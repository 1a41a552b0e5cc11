using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>Torchvision's colour operations on images of which each has its own strength. Values stay within [0, 1].</summary>
/// <remarks>torchvision/transforms/_functional_tensor.py. Pillow's versions also round to 1/255 after each step.</remarks>
internal static class ColourJitter
{
    /// <param name="images">Float32 [B, 3, 32, 32].</param>
    /// <param name="strength">A factor, or for hue a shift in turns, [B, 1, 1, 1].</param>
    /// <returns>[B, 3, 32, 32].</returns>
    public static Tensor Apply(JitterOperation operation, Tensor images, Tensor strength)
    {
        using var scope = NewDisposeScope();
        var result = operation switch
        {
            JitterOperation.Brightness => images.mul(strength).clamp_(0, 1),
            JitterOperation.Contrast => Blend(Grey(images).mean([1, 2, 3], keepdim: true), images, strength),
            JitterOperation.Saturation => Blend(Grey(images), images, strength),
            JitterOperation.Hue => ShiftHue(images, strength),
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Luminance as of ITU-R 601.</summary>
    /// <returns>[B, 1, 32, 32].</returns>
    public static Tensor Grey(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (red, green, blue) = Channels(images);
        return (0.2989 * red + 0.587 * green + 0.114 * blue).MoveToOuterDisposeScope();
    }

    /// <summary>From <paramref name="other"/> at 0 through the image at 1 and beyond.</summary>
    private static Tensor Blend(Tensor other, Tensor images, Tensor factor) => images.sub(other).mul_(factor).add_(other).clamp_(0, 1);

    private static Tensor ShiftHue(Tensor images, Tensor turns)
    {
        var (red, green, blue) = Channels(images);
        var value = images.amax([1], keepdim: true); // [B, 1, 32, 32], as all below
        var chroma = value - images.amin([1], keepdim: true);
        var divisor = where(chroma.eq(0), ones_like(chroma), chroma);
        var sixths = where(
            value.eq(red),
            (green - blue) / divisor,
            where(value.eq(green), (blue - red) / divisor + 2, (red - green) / divisor + 4)); // Hue in sixths of a turn, −1 … 5
        sixths.add_(turns * 6);

        // A channel is value − chroma · max(0, min(k, 4 − k, 1)), with k = (n + hue) mod 6 and n = 5, 3, 1 for red, green, blue.
        var offsets = tensor(new float[] { 5, 3, 1 }, device: images.device).reshape(3, 1, 1);
        var k = (sixths + offsets).remainder_(6); // [B, 3, 32, 32]
        return value - chroma * minimum(k, 4 - k).clamp_(0, 1);
    }

    private static (Tensor Red, Tensor Green, Tensor Blue) Channels(Tensor images) =>
        (images.narrow(1, 0, 1), images.narrow(1, 1, 1), images.narrow(1, 2, 1)); // [B, 1, 32, 32] each
}
