using System.Globalization;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>How strongly a view may differ from its image. Applied in the order of the parameters.</summary>
/// <param name="Name">As <c>augment.recipe</c> says it.</param>
/// <param name="LeastCrop">Smallest area of the random resized crop, of the image's; 1 for no crop. Its aspect ratio is 3:4 to 4:3.</param>
/// <param name="Jitter">Probability of colour jitter.</param>
/// <param name="Brightness">A factor is drawn from 1 ± this.</param>
/// <param name="Contrast">A factor is drawn from 1 ± this.</param>
/// <param name="Saturation">A factor is drawn from 1 ± this.</param>
/// <param name="Hue">A shift is drawn from ± this, in turns of the colour wheel.</param>
/// <param name="Grey">Probability of taking the colour away.</param>
/// <param name="Solarize">Probability of inverting what is at least 128 of 255.</param>
/// <param name="Flip">Probability of mirroring left and right.</param>
public sealed record AugmentationRecipe(
    string Name,
    double LeastCrop,
    double Jitter,
    double Brightness,
    double Contrast,
    double Saturation,
    double Hue,
    double Grey,
    double Solarize,
    double Flip)
{
    /// <summary>Goes up when the same recipe and seed give other views than before.</summary>
    private const int Version = 2;

    /// <summary>solo-learn's recipe for VICReg on CIFAR-10, which blurs nothing.</summary>
    /// <remarks>solo-learn, scripts/pretrain/cifar/augmentations/vicreg.yaml.</remarks>
    public static readonly AugmentationRecipe SoloLearn =
        new("solo-learn", 0.2, 0.8, 0.4, 0.4, 0.2, 0.1, 0.2, 0.1, 0.5);

    /// <summary>About half of solo-learn's, without solarization: views that a weak backbone still recognises.</summary>
    public static readonly AugmentationRecipe Mild =
        new("mild", 0.6, 0.8, 0.2, 0.2, 0.1, 0.05, 0.1, 0, 0.5);

    /// <summary>Every view is the image.</summary>
    public static readonly AugmentationRecipe None =
        new("none", 1, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Two views are two frames next to each other, unchanged: what crops and flips would teach an embedding to forget is where things are.</summary>
    public static readonly AugmentationRecipe Neighbours = None with { Name = "neighbours" };

    public static readonly IReadOnlyList<AugmentationRecipe> All = [SoloLearn, Mild, None, Neighbours];

    /// <summary>Names of the parameters that take the place of a recipe's own strengths.</summary>
    public const string CropParameter = "augment.crop_min";
    public const string JitterParameter = "augment.jitter";
    public const string GreyParameter = "augment.grey";
    public const string SolarizeParameter = "augment.solarize";
    public const string FlipParameter = "augment.flip";

    /// <summary>Equal keys mean equal views of equal images, for equal seeds.</summary>
    public string ContentKey => string.Create(
        CultureInfo.InvariantCulture,
        $"{Version}/{LeastCrop}/{Jitter}/{Brightness}/{Contrast}/{Saturation}/{Hue}/{Grey}/{Solarize}/{Flip}");

    /// <summary>The recipe of a trial: the one that it names, with the strengths that it names itself.</summary>
    /// <param name="value">A parameter's value; null where the trial does not name it.</param>
    public static AugmentationRecipe Of(string name, Func<string, double?> value)
    {
        var named = Named(name);
        var jitter = value(JitterParameter) switch
        {
            null => named,
            0 => named with { Jitter = 0 },
            { } times => named with
            {
                Jitter = SoloLearn.Jitter,
                Brightness = SoloLearn.Brightness * times,
                Contrast = SoloLearn.Contrast * times,
                Saturation = SoloLearn.Saturation * times,
                Hue = SoloLearn.Hue * times,
            },
        };
        var recipe = jitter with
        {
            LeastCrop = value(CropParameter) ?? named.LeastCrop,
            Grey = value(GreyParameter) ?? named.Grey,
            Solarize = value(SolarizeParameter) ?? named.Solarize,
            Flip = value(FlipParameter) ?? named.Flip,
        };
        return recipe == named ? named : recipe with { Name = $"{name}, changed" };
    }

    public static AugmentationRecipe Named(string name) => All.FirstOrDefault(recipe => recipe.Name == name)
        ?? throw new SweepException($"'augment.recipe' is '{name}', but must be one of {string.Join(", ", All.Select(recipe => recipe.Name))}.");
}
