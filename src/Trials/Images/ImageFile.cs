using SkiaSharp;

namespace VicRegSweeps.Trials.Images;

/// <summary>Decodes PNG and JPEG files.</summary>
/// <remarks>
/// Pixels are those that a viewer shows upright: the orientation that a camera wrote down (EXIF) is obeyed. Grey becomes three equal
/// channels, CMYK is turned to RGB, and an alpha channel is dropped, as Pillow's <c>convert("RGB")</c> drops it. Colour profiles are ignored.
/// </remarks>
internal static class ImageFile
{
    /// <summary>Larger images are refused, since a file of a few kilobytes may unpack to gigabytes.</summary>
    public const int MostPixels = 100_000_000;

    private const int BytesPerPixel = 4; // Of what is decoded: red, green, blue and alpha.

    /// <summary>Decodes a file, and brings the image to a square as <see cref="ImageResize"/> does.</summary>
    /// <param name="side">S.</param>
    /// <param name="result">[3][S][S]; undefined where there is a complaint.</param>
    /// <returns>What is wrong with the file, such as <c>it ends early</c>; null where nothing is.</returns>
    public static string? Decode(byte[] file, int side, Span<byte> result)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec is null) return file.Length == 0 ? "it is empty" : "it is no PNG or JPEG";
        if (codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
            return $"it is {codec.EncodedFormat.ToString().ToUpperInvariant()}, and no PNG or JPEG";

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MostPixels) return $"its {width} × {height} pixels are more than the {MostPixels} that are allowed";

        var pixels = new byte[width * height * BytesPerPixel]; // [H][W][4]
        SKCodecResult outcome;
        unsafe
        {
            fixed (byte* start = pixels)
                outcome = codec.GetPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul), (nint)start);
        }

        if (outcome is SKCodecResult.IncompleteInput) return "it ends early";
        if (outcome is not SKCodecResult.Success) return "it is damaged";

        var isTurned = codec.EncodedOrigin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var upright = Upright(pixels, width, height, codec.EncodedOrigin); // [H′][W′][3]
        ImageResize.ToSquare(upright, isTurned ? height : width, isTurned ? width : height, side, result);
        return null;
    }

    /// <summary>The pixels as they are to be seen, without alpha.</summary>
    /// <param name="origin">Where the first row and the first column are to be seen: EXIF's orientation.</param>
    private static byte[] Upright(byte[] pixels, int width, int height, SKEncodedOrigin origin)
    {
        var result = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (column, row, columns) = origin switch
                {
                    SKEncodedOrigin.TopRight => (width - 1 - x, y, width),
                    SKEncodedOrigin.BottomRight => (width - 1 - x, height - 1 - y, width),
                    SKEncodedOrigin.BottomLeft => (x, height - 1 - y, width),
                    SKEncodedOrigin.LeftTop => (y, x, height),
                    SKEncodedOrigin.RightTop => (height - 1 - y, x, height),
                    SKEncodedOrigin.RightBottom => (height - 1 - y, width - 1 - x, height),
                    SKEncodedOrigin.LeftBottom => (y, width - 1 - x, height),
                    _ => (x, y, width),
                };
                pixels.AsSpan(((y * width) + x) * BytesPerPixel, 3).CopyTo(result.AsSpan(((row * columns) + column) * 3, 3));
            }
        }

        return result;
    }
}
