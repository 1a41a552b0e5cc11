using VicRegSweeps.Trials.Randomness;

namespace VicRegSweeps.Trials.Images;

/// <summary>Generated images: ten classes of shapes and patterns, so that everything runs with nothing downloaded.</summary>
/// <remarks>
/// What a class is, is its outline or pattern. Position, size, slight rotation, both colours, the background's texture,
/// the shading and the noise are drawn anew for every image and say nothing about its class.
/// </remarks>
public static class Shapes
{
    /// <summary>In the order of their labels.</summary>
    public static readonly IReadOnlyList<string> ClassNames =
        ["disc", "ring", "square", "triangle", "cross", "star", "crescent", "horizontal stripes", "vertical stripes", "checker"];

    private const int ImageBytes = 3 * ImageSet.SmallSide * ImageSet.SmallSide;

    /// <summary>Training and test images from two streams of the seed. Asking for more images keeps the first ones.</summary>
    /// <param name="seed">Of the images; every image is decided by it and by the image's index.</param>
    public static (ImageSet Train, ImageSet Test) Generate(long seed, int trainImages, int testImages) =>
        (GenerateSet(RandomStream.Key(seed, "shapes/train"), trainImages), GenerateSet(RandomStream.Key(seed, "shapes/test"), testImages));

    private static ImageSet GenerateSet(ulong family, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var pixels = new byte[(long)count * ImageBytes];
        var labels = new long[count];
        Parallel.For(0, count, i =>
        {
            labels[i] = i % ClassNames.Count; // Any run of images is balanced to within one.
            var random = new RandomStream(RandomStream.Key(family, i));
            ShapeScene.Draw((int)labels[i], random).Render(pixels.AsSpan(i * ImageBytes, ImageBytes), random);
        });
        return ImageSet.Create(pixels, labels, ClassNames.Count);
    }
}
