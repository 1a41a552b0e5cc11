using System.Numerics;
using System.Runtime.InteropServices;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Makes views on the processor, one at a time and on the calling thread: a view stays in the nearest cache throughout.</summary>
/// <remarks>
/// The same steps as the tensor operations of <see cref="Augmentation"/>, ten times as fast, and safe from a fault of
/// TorchSharp's: the numbers that its operations take, such as the 2 of <c>x.add(2)</c>, may be freed by a garbage
/// collection before libtorch has read them.
/// </remarks>
internal static class ViewLoops
{
    /// <summary>Solarizing inverts what is at least this.</summary>
    public const float SolarizeFrom = 128 / 255f;

    private static readonly Lazy<float[]> Rows = new(() => CropMatrices.All(transposed: false));
    private static readonly Lazy<float[]> Columns = new(() => CropMatrices.All(transposed: true));

    /// <param name="image">[3][S][S] from 0 to 1.</param>
    /// <param name="side">S, a multiple of 32, so that a row is whole vectors.</param>
    /// <param name="result">[3][S][S].</param>
    public static void Make(ReadOnlySpan<float> image, int side, ViewParameters view, Span<float> result)
    {
        if (view.Crop == CropBox.WholeOf(side) && !view.Flip)
            image.CopyTo(result);
        else
            CropAndFlip(image, side, view, result);

        var red = Plane(result, 0);
        var green = Plane(result, 1);
        var blue = Plane(result, 2);
        foreach (var operation in view.JitterOrder)
        {
            switch (operation)
            {
                case JitterOperation.Brightness:
                    ColourLoops.Brightness(Vectors(result), view.Brightness);
                    break;
                case JitterOperation.Contrast:
                    ColourLoops.Contrast(Vectors(result), red, green, blue, view.Contrast);
                    break;
                case JitterOperation.Saturation:
                    ColourLoops.Saturation(red, green, blue, view.Saturation);
                    break;
                case JitterOperation.Hue:
                    ColourLoops.Hue(red, green, blue, view.HueShift);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(view));
            }
        }

        if (view.Grey)
            ColourLoops.Saturation(red, green, blue, 0);
        if (view.Solarize)
            ColourLoops.Solarize(Vectors(result), SolarizeFrom);
    }

    /// <summary>R · image · Cᵀ of every channel. A row of R has few numbers that are not zero.</summary>
    private static void CropAndFlip(ReadOnlySpan<float> image, int side, ViewParameters view, Span<float> result)
    {
        var (crop, isSmall, pixels) = (view.Crop, side == ImageSet.SmallSide, side * side);
        var rows = isSmall ? CropMatrices.Of(Rows.Value, crop.Top, crop.Height, mirrored: false)
            : CropMatrices.Make(side, crop.Top, crop.Height, mirrored: false, transposed: false); // [view][image]
        var columns = isSmall ? CropMatrices.Of(Columns.Value, crop.Left, crop.Width, view.Flip)
            : CropMatrices.Make(side, crop.Left, crop.Width, view.Flip, transposed: true); // [image][view]
        Span<float> row = stackalloc float[side];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var y = 0; y < side; y++)
            {
                row.Clear();
                for (var source = crop.Top; source < crop.Top + crop.Height; source++)
                {
                    if (rows[(y * side) + source] is var weight and not 0)
                        Add(image.Slice((channel * pixels) + (source * side), side), weight, row);
                }

                var target = result.Slice((channel * pixels) + (y * side), side);
                target.Clear();
                for (var source = crop.Left; source < crop.Left + crop.Width; source++)
                    Add(columns.Slice(source * side, side), row[source], target);
            }
        }

        foreach (ref var v in Vectors(result))
            v = ColourLoops.Unit(v);
    }

    private static void Add(ReadOnlySpan<float> from, float weight, Span<float> to)
    {
        var source = MemoryMarshal.Cast<float, Vector<float>>(from);
        var target = Vectors(to);
        for (var i = 0; i < target.Length; i++)
            target[i] = Vector.FusedMultiplyAdd(new Vector<float>(weight), source[i], target[i]);
    }

    private static Span<Vector<float>> Plane(Span<float> image, int channel) => Vectors(image.Slice(channel * (image.Length / 3), image.Length / 3));

    private static Span<Vector<float>> Vectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}
