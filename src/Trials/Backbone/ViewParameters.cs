using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Randomness;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>What is done to one image to make one view of it.</summary>
/// <param name="Crop">The part of the image that fills the view.</param>
/// <param name="JitterOrder">The jitter's operations in the order of their application; empty for no jitter.</param>
/// <param name="HueShift">In turns of the colour wheel.</param>
public sealed record ViewParameters(
    CropBox Crop,
    IReadOnlyList<JitterOperation> JitterOrder,
    float Brightness,
    float Contrast,
    float Saturation,
    float HueShift,
    bool Grey,
    bool Solarize,
    bool Flip)
{
    /// <summary>Gives an image of 32 × 32 pixels itself.</summary>
    public static readonly ViewParameters Unchanged = UnchangedOf(ImageSet.SmallSide);

    private const int CropTries = 10;
    private static readonly double LargestLogRatio = Math.Log(4.0 / 3);

    /// <summary>Gives the image itself.</summary>
    /// <param name="side">The image's.</param>
    public static ViewParameters UnchangedOf(int side) => new(CropBox.WholeOf(side), [], 1, 1, 1, 0, Grey: false, Solarize: false, Flip: false);

    /// <summary>Draws a view's parameters, whether or not the recipe uses them all: a recipe's probability moves no other draw.</summary>
    /// <param name="random">A stream of this view alone.</param>
    /// <param name="side">The image's, in pixels.</param>
    public static ViewParameters Draw(AugmentationRecipe recipe, RandomStream random, int side = ImageSet.SmallSide)
    {
        var crop = DrawCrop(recipe.LeastCrop, random, side);
        var jitter = random.NextDouble() < recipe.Jitter;
        JitterOperation[] order = [JitterOperation.Brightness, JitterOperation.Contrast, JitterOperation.Saturation, JitterOperation.Hue];
        random.Shuffle<JitterOperation>(order);
        return new ViewParameters(
            crop,
            jitter ? order : [],
            Around(1, recipe.Brightness, random),
            Around(1, recipe.Contrast, random),
            Around(1, recipe.Saturation, random),
            Around(0, recipe.Hue, random),
            random.NextDouble() < recipe.Grey,
            random.NextDouble() < recipe.Solarize,
            random.NextDouble() < recipe.Flip);
    }

    /// <summary>Torchvision's <c>RandomResizedCrop.get_params</c>: ten tries to fit a box, else the whole image.</summary>
    private static CropBox DrawCrop(double leastArea, RandomStream random, int side)
    {
        if (leastArea >= 1)
            return CropBox.WholeOf(side);
        for (var attempt = 0; attempt < CropTries; attempt++)
        {
            var area = side * side * random.NextDouble(leastArea, 1);
            var ratio = Math.Exp(random.NextDouble(-LargestLogRatio, LargestLogRatio));
            var width = (int)Math.Round(Math.Sqrt(area * ratio));
            var height = (int)Math.Round(Math.Sqrt(area / ratio));
            if (width > 0 && width <= side && height > 0 && height <= side)
            {
                var top = random.NextInt(side - height + 1);
                return new CropBox(random.NextInt(side - width + 1), top, width, height);
            }
        }

        return CropBox.WholeOf(side);
    }

    private static float Around(double centre, double reach, RandomStream random) => (float)random.NextDouble(centre - reach, centre + reach);
}

/// <summary>A rectangle of whole pixels.</summary>
public readonly record struct CropBox(int Left, int Top, int Width, int Height)
{
    /// <summary>All of an image of so many pixels in width and height.</summary>
    public static CropBox WholeOf(int side) => new(0, 0, side, side);
}

/// <summary>The operations of torchvision's <c>ColorJitter</c>.</summary>
public enum JitterOperation
{
    Brightness,
    Contrast,
    Saturation,
    Hue,
}
