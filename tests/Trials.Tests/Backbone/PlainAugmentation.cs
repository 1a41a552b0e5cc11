using VicRegSweeps.Trials.Backbone;

namespace VicRegSweeps.Trials.Tests.Backbone;

/// <summary>The augmentation of one image in plain loops, written from torchvision's and Pillow's sources, not from ours.</summary>
internal static class PlainAugmentation
{
    private const int Side = 32;

    /// <param name="image">[3, 32, 32] from 0 to 1.</param>
    public static double[,,] Apply(double[,,] image, ViewParameters view)
    {
        var x = Resize(image, view.Crop);
        foreach (var operation in view.JitterOrder)
        {
            x = operation switch
            {
                JitterOperation.Brightness => Blend(x, (_, _) => 0, view.Brightness),
                JitterOperation.Contrast => Blend(x, Constant(MeanGrey(x)), view.Contrast),
                JitterOperation.Saturation => Blend(x, (row, column) => GreyAt(x, row, column), view.Saturation),
                JitterOperation.Hue => ShiftHue(x, view.HueShift),
                _ => throw new ArgumentOutOfRangeException(nameof(view)),
            };
        }

        if (view.Grey)
            x = Map((_, row, column) => GreyAt(x, row, column));
        if (view.Solarize)
            x = Map((channel, row, column) => x[channel, row, column] >= 128 / 255.0 ? 1 - x[channel, row, column] : x[channel, row, column]);
        return view.Flip ? Map((channel, row, column) => x[channel, row, Side - 1 - column]) : x;
    }

    /// <summary>Pillow's ImagingResample with BICUBIC: cut the box out first, then resize along rows, then along columns.</summary>
    private static double[,,] Resize(double[,,] image, CropBox crop)
    {
        var wide = new double[3, crop.Height, Side];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var row = 0; row < crop.Height; row++)
            {
                for (var column = 0; column < Side; column++)
                {
                    var (first, weights) = Coefficients(column, crop.Width);
                    wide[channel, row, column] = weights.Select((w, k) => w * image[channel, crop.Top + row, crop.Left + first + k]).Sum();
                }
            }
        }

        return Map((channel, row, column) =>
        {
            var (first, weights) = Coefficients(row, crop.Height);
            return Math.Clamp(weights.Select((w, k) => w * wide[channel, first + k, column]).Sum(), 0, 1);
        });
    }

    /// <summary>Pillow's precompute_coeffs for one output pixel, with support 2 and no shrinking.</summary>
    private static (int First, double[] Weights) Coefficients(int output, int inputs)
    {
        var centre = (output + 0.5) * inputs / Side;
        var first = Math.Max(0, (int)(centre - 2 + 0.5));
        var end = Math.Min(inputs, (int)(centre + 2 + 0.5));
        var weights = Enumerable.Range(first, end - first).Select(source => Bicubic(source - centre + 0.5)).ToArray();
        return (first, [.. weights.Select(weight => weight / weights.Sum())]);
    }

    private static double Bicubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        if (x < 1)
            return ((A + 2) * x - (A + 3)) * x * x + 1;
        return x < 2 ? ((x - 5) * x + 8) * x * A - 4 * A : 0;
    }

    private static double[,,] Blend(double[,,] x, Func<int, int, double> other, double factor) =>
        Map((channel, row, column) => Math.Clamp(factor * x[channel, row, column] + (1 - factor) * other(row, column), 0, 1));

    private static Func<int, int, double> Constant(double value) => (_, _) => value;

    private static double MeanGrey(double[,,] x)
    {
        var sum = 0.0;
        for (var i = 0; i < Side * Side; i++)
            sum += GreyAt(x, i / Side, i % Side);
        return sum / (Side * Side);
    }

    private static double GreyAt(double[,,] x, int row, int column) =>
        0.2989 * x[0, row, column] + 0.587 * x[1, row, column] + 0.114 * x[2, row, column];

    /// <summary>To hue, saturation and value and back, by the sextants of Python's colorsys.</summary>
    private static double[,,] ShiftHue(double[,,] x, double turns)
    {
        var result = new double[3, Side, Side];
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                var (h, s, v) = ToHsv(x[0, row, column], x[1, row, column], x[2, row, column]);
                var (r, g, b) = FromHsv(((h + turns) % 1 + 1) % 1, s, v);
                (result[0, row, column], result[1, row, column], result[2, row, column]) = (r, g, b);
            }
        }

        return result;
    }

    private static (double H, double S, double V) ToHsv(double r, double g, double b)
    {
        var (max, min) = (Math.Max(r, Math.Max(g, b)), Math.Min(r, Math.Min(g, b)));
        if (max == min)
            return (0, 0, max);
        var (rc, gc, bc) = ((max - r) / (max - min), (max - g) / (max - min), (max - b) / (max - min));
        var h = r == max ? bc - gc : g == max ? 2 + rc - bc : 4 + gc - rc;
        return ((h / 6 % 1 + 1) % 1, (max - min) / max, max);
    }

    private static (double R, double G, double B) FromHsv(double h, double s, double v)
    {
        var sextant = (int)(h * 6);
        var f = h * 6 - sextant;
        var (p, q, t) = (v * (1 - s), v * (1 - s * f), v * (1 - s * (1 - f)));
        return (sextant % 6) switch
        {
            0 => (v, t, p),
            1 => (q, v, p),
            2 => (p, v, t),
            3 => (p, q, v),
            4 => (t, p, v),
            _ => (v, p, q),
        };
    }

    private static double[,,] Map(Func<int, int, int, double> value)
    {
        var result = new double[3, Side, Side];
        for (var i = 0; i < 3 * Side * Side; i++)
            result[i / (Side * Side), i / Side % Side, i % Side] = value(i / (Side * Side), i / Side % Side, i % Side);
        return result;
    }
}
