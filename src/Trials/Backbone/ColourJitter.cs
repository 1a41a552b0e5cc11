using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Torchvision's colour operations on images of which each has its own strength. Values stay within [0, 1].</summary>
/// <remarks>torchvision/transforms/_functional_tensor.py. Pillow's versions also round to 1/255 after each step.</remarks>
internal static class ColourJitter
{
    /// <param name="images">Float32 [B, 3, S, S].</param>
    /// <param name="strength">A factor, or for hue a shift in turns, [B, 1, 1, 1].</param>
    /// <returns>[B, 3, S, S].</returns>
    public static Tensor Apply(JitterOperation operation, Tensor images, Tensor strength)
    {
        using var scope = NewDisposeScope();
        var result = operation switch
        {
            JitterOperation.Brightness => images.mul(strength).Clamp_(0, 1),
            JitterOperation.Contrast => Blend(Grey(images).mean([1, 2, 3], keepdim: true), images, strength),
            JitterOperation.Saturation => Blend(Grey(images), images, strength),
            JitterOperation.Hue => ShiftHue(images, strength),
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Luminance as of ITU-R 601.</summary>
    /// <returns>[B, 1, S, S].</returns>
    public static Tensor Grey(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (red, green, blue) = Channels(images);
        return red.Mul(ColourLoops.RedShare).Add(green.Mul(ColourLoops.GreenShare)).Add(blue.Mul(ColourLoops.BlueShare)).MoveToOuterDisposeScope();
    }

    /// <summary>From <paramref name="other"/> at 0 through the image at 1 and beyond.</summary>
    private static Tensor Blend(Tensor other, Tensor images, Tensor factor) => images.sub(other).mul_(factor).Add_(other).Clamp_(0, 1);

    private static Tensor ShiftHue(Tensor images, Tensor turns)
    {
        var (red, green, blue) = Channels(images);
        var value = images.amax([1], keepdim: true); // [B, 1, S, S], as all below
        var chroma = value - images.amin([1], keepdim: true);
        var divisor = where(chroma.Eq(0), ones_like(chroma), chroma);
        var hue = where( // In sixths of a turn: red is 0, green 2, blue 4.
            value.eq(red),
            (green - blue).div_(divisor),
            where(value.eq(green), (blue - red).div_(divisor).Add_(2), (red - green).div_(divisor).Add_(4)));
        hue.Add_(turns.Mul(6)).Remainder_(6);

        // A channel is lowest, at value − chroma, within a sixth of the hue opposite to it, and rises from there over a sixth.
        var opposite = tensor(new float[] { 3, 5, 1 }, device: images.device).reshape(3, 1, 1);
        var distance = (hue - opposite).abs_(); // [B, 3, S, S]
        distance = minimum(distance, distance.negative().Add(6));
        return value - distance.negative().Add(2).Clamp_(0, 1).mul_(chroma);
    }

    private static (Tensor Red, Tensor Green, Tensor Blue) Channels(Tensor images) =>
        (images.narrow(1, 0, 1), images.narrow(1, 1, 1), images.narrow(1, 2, 1)); // [B, 1, S, S] each
}
