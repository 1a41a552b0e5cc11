using SkiaSharp;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Tests.Images;

/// <summary>What comes out of a file is what a viewer shows, whatever its kind of pixels; what is no whole image is said to be none.</summary>
public sealed class ImageFileTests
{
    [Fact]
    public void A_PNG_of_the_wanted_size_keeps_its_pixels()
    {
        var pixels = Decode(ImageBytes.Of(32, 32, (x, y) => new SKColor((byte)(8 * x), (byte)(8 * y), (byte)(x + y))), 32);

        Assert.Equal((8 * 5, 8 * 9, 14), At(pixels, 32, 5, 9));
        Assert.Equal((8 * 31, 0, 31), At(pixels, 32, 31, 0));
    }

    [Fact]
    public void Alpha_is_dropped_and_the_colour_under_it_stays()
    {
        var pixels = Decode(ImageBytes.Of(32, 32, (x, _) => new SKColor(200, 100, 50, (byte)(x < 16 ? 255 : 128))), 32);

        Assert.Equal((200, 100, 50), At(pixels, 32, 3, 3));
        Assert.Equal((200, 100, 50), At(pixels, 32, 20, 3));
    }

    [Fact]
    public void Grey_becomes_three_equal_channels()
    {
        var pixels = Decode(ImageBytes.Of(32, 32, (x, _) => new SKColor((byte)(4 * x), (byte)(4 * x), (byte)(4 * x)), type: SKColorType.Gray8), 32);

        Assert.Equal((40, 40, 40), At(pixels, 32, 10, 4));
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 0, 1)]
    [InlineData(5, 0, 0)]
    [InlineData(6, 1, 0)]
    [InlineData(7, 1, 1)]
    [InlineData(8, 0, 1)]
    public void The_orientation_that_a_camera_wrote_down_is_obeyed(int orientation, int right, int down)
    {
        // The stored image has its first pixel's corner white. EXIF 2.32, tag 0x0112: where that corner is to be seen.
        var jpeg = ImageBytes.Of(64, 64, (x, y) => x < 32 && y < 32 ? SKColors.White : SKColors.Black, SKEncodedImageFormat.Jpeg);

        var pixels = Decode(ImageBytes.Oriented(jpeg, orientation), 32);

        foreach (var (column, row) in new[] { (0, 0), (1, 0), (0, 1), (1, 1) })
            Assert.Equal((column, row) == (right, down), At(pixels, 32, (16 * column) + 8, (16 * row) + 8).Red > 128);
    }

    [Fact]
    public void An_image_on_its_side_is_cropped_as_it_is_seen()
    {
        // Stored 96 wide and 32 high, seen 32 wide and 96 high: its middle third is what stays.
        var jpeg = ImageBytes.Of(96, 32, (x, _) => x is >= 32 and < 64 ? SKColors.White : SKColors.Black, SKEncodedImageFormat.Jpeg);

        var pixels = Decode(ImageBytes.Oriented(jpeg, 6), 32);

        Assert.All(new[] { 4, 16, 28 }, row => Assert.InRange(At(pixels, 32, 16, row).Red, 200, 255));
    }

    [Fact]
    public void CMYK_is_turned_to_RGB()
    {
        // Adobe's CMYK is inverted: full cyan ink is 0. No black ink, so red is what cyan leaves.
        var (red, green, blue) = At(Decode(ImageBytes.Cmyk(0, 255, 255, 255), 32), 32, 16, 16);

        Assert.InRange(red, 0, 20);
        Assert.InRange(green, 235, 255);
        Assert.InRange(blue, 235, 255);
    }

    [Fact]
    public void What_is_no_whole_image_is_said_to_be_none()
    {
        var png = ImageBytes.Of(64, 64, (x, y) => new SKColor((byte)(x * y), (byte)(x ^ y), (byte)x));
        var jpeg = ImageBytes.Of(64, 64, (x, y) => new SKColor((byte)(x * y), (byte)(x ^ y), (byte)x), SKEncodedImageFormat.Jpeg);

        Assert.Equal("it is empty", Complaint([]));
        Assert.Equal("it is no PNG or JPEG", Complaint([.. "<html>not found</html>"u8]));
        Assert.Equal("it is WEBP, and no PNG or JPEG", Complaint(ImageBytes.Of(8, 8, (_, _) => SKColors.Red, SKEncodedImageFormat.Webp)));
        Assert.Equal("it ends early", Complaint(png[..(png.Length / 2)]));
        Assert.Equal("it ends early", Complaint(jpeg[..(jpeg.Length / 2)]));
        Assert.Null(Complaint(png));
        Assert.Null(Complaint(jpeg));
    }

    [Fact]
    public void An_image_that_would_fill_the_memory_is_refused_before_it_is_unpacked()
    {
        // Width and height of a PNG lie at byte 16, and the checksum of what they are in at byte 29.
        var png = ImageBytes.Of(8, 8, (_, _) => SKColors.Red);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 100_000);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 100_000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));

        Assert.Equal("its 100000 × 100000 pixels are more than the 100000000 that are allowed", Complaint(png));
    }

    private static byte[] Decode(byte[] file, int side)
    {
        var pixels = new byte[3 * side * side];
        Assert.Null(ImageFile.Decode(file, side, pixels));
        return pixels;
    }

    private static string? Complaint(byte[] file) => ImageFile.Decode(file, 32, new byte[3 * 32 * 32]);

    private static (int Red, int Green, int Blue) At(byte[] pixels, int side, int x, int y)
    {
        var (plane, at) = (side * side, (y * side) + x);
        return (pixels[at], pixels[plane + at], pixels[(2 * plane) + at]);
    }

    /// <summary>PNG's checksum (ISO 3309), bit by bit.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }
}
