using CsCheck;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Tests.Images;

/// <summary>Images are resized by the mean of what a pixel covers, weighted by a triangle, and cropped in the middle.</summary>
public sealed class ImageResizeTests
{
    [Fact]
    public void An_image_of_the_wanted_size_is_left_as_it_is() => Gen.Byte.Array[3 * 32 * 32].Sample(image =>
    {
        var result = Resize(image, 32, 32);
        for (var i = 0; i < 32 * 32; i++)
        {
            for (var channel = 0; channel < 3; channel++) Assert.Equal(image[(i * 3) + channel], result[(channel * 32 * 32) + i]);
        }
    }, iter: 20);

    [Fact]
    public void One_colour_stays_it_whatever_the_size() => Gen.Select(Gen.Int[1, 90], Gen.Int[1, 90], Gen.Byte).Sample((width, height, value) =>
        Assert.All(Resize([.. Enumerable.Repeat(value, width * height * 3)], width, height), pixel => Assert.Equal(value, pixel)), iter: 50);

    [Fact]
    public void Halving_weighs_four_pixels_as_a_triangle_does()
    {
        // A pixel of the half covers two; Pillow's triangle reaches two pixels to each side of its centre: 1/8, 3/8, 3/8, 1/8.
        var image = new byte[64 * 64 * 3];
        for (var i = 0; i < 64 * 64; i++) image[i * 3] = (byte)(i % 64 == 20 ? 240 : 0);

        var result = Resize(image, 64, 64);

        Assert.Equal([0, 30, 90, 0, 0], Enumerable.Range(8, 5).Select(x => (int)result[(16 * 32) + x]));
    }

    [Fact]
    public void The_middle_of_the_longer_side_stays()
    {
        var image = new byte[32 * 132 * 3];
        for (var i = 0; i < 32 * 132; i++) image[i * 3] = (byte)(i % 132);

        var result = Resize(image, 132, 32);

        Assert.Equal(Enumerable.Range(50, 32), Enumerable.Range(0, 32).Select(x => (int)result[(7 * 32) + x]));
    }

    private static byte[] Resize(byte[] image, int width, int height)
    {
        var result = new byte[3 * 32 * 32];
        ImageResize.ToSquare(image, width, height, 32, result);
        return result;
    }
}
