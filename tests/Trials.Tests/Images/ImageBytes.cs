using SkiaSharp;

namespace VicRegSweeps.Trials.Tests.Images;

/// <summary>Image files for tests.</summary>
internal static class ImageBytes
{
    /// <summary>A file of pixels that are given by column and row.</summary>
    public static byte[] Of(int width, int height, Func<int, int, SKColor> colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png,
        SKColorType type = SKColorType.Rgba8888)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, type, type == SKColorType.Gray8 ? SKAlphaType.Opaque : SKAlphaType.Unpremul));
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++) bitmap.SetPixel(x, y, colour(x, y));
        }

        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    /// <summary>A JPEG file with EXIF's orientation written into it.</summary>
    public static byte[] Oriented(byte[] jpeg, int orientation)
    {
        // One entry: tag 0x0112, type short, one value; big-endian ("MM").
        byte[] tiff = [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        byte[] segment = [.. "Exif"u8, 0, 0, .. tiff];
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)((segment.Length + 2) >> 8), (byte)(segment.Length + 2), .. segment, .. jpeg[2..]];
    }

    /// <summary>A JPEG of one block of 8 × 8 equal pixels in CMYK as Adobe writes it: 0 is full ink.</summary>
    /// <remarks>ITU T.81: quantization 8, so that a DC coefficient is the level minus 128; every AC coefficient is zero.</remarks>
    public static byte[] Cmyk(byte cyan, byte magenta, byte yellow, byte black)
    {
        var bits = new List<bool>();
        foreach (var level in new[] { cyan, magenta, yellow, black })
        {
            // Each component has a prediction of its own, of zero. DC: category 8's code is its place in the table, 4 bits.
            var difference = level - 128;
            var category = difference == 0 ? 0 : (int)Math.Floor(Math.Log2(Math.Abs(difference))) + 1;
            Add(category, 4);
            Add(difference >= 0 ? difference : difference + (1 << category) - 1, category);
            Add(0, 1); // AC: end of block.
        }

        while (bits.Count % 8 != 0) bits.Add(true);
        var data = bits.Chunk(8).Select(chunk => (byte)chunk.Aggregate(0, (value, bit) => (value << 1) | (bit ? 1 : 0)))
            .SelectMany(b => b == 0xFF ? new byte[] { b, 0 } : [b]);
        return
        [
            0xFF, 0xD8,
            0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0, // No transform: CMYK.
            0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)8, 64),
            0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0,
            0xFF, 0xC4, 0, 31, 0x00, 0, 0, 0, 12, .. new byte[12], .. Enumerable.Range(0, 12).Select(i => (byte)i), // 12 codes of 4 bits
            0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0, // one code of 1 bit: end of block
            0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0, .. data,
            0xFF, 0xD9,
        ];

        void Add(int value, int count)
        {
            for (var bit = count - 1; bit >= 0; bit--) bits.Add((value >> bit & 1) == 1);
        }
    }
}
