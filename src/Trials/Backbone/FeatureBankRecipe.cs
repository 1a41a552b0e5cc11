using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Everything that decides the numbers of a feature bank.</summary>
/// <param name="Views">Of every training image.</param>
/// <param name="Seed">Of the augmentation.</param>
internal sealed record FeatureBankRecipe(
    ImageSet Train, ImageSet Test, AugmentationRecipe Augmentation, int Views, IBackbone Backbone, long Seed)
{
    /// <summary>Goes up when the files of a bank, or the way in which its numbers are made, change.</summary>
    private const int FormatVersion = 1;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Lower-case hex.</summary>
    public string Key { get; } = KeyOf(
        Train.ContentKey, Test.ContentKey, Augmentation, Views, Backbone.ContentKey, Seed);

    /// <summary>The key of a bank of these images and this backbone, each told by its own key.</summary>
    public static string KeyOf(string train, string test, AugmentationRecipe augmentation, int views, string backbone, long seed) =>
        HashOf(FormatVersion, train, test, augmentation.ContentKey, views, backbone, seed);

    /// <summary>For people who look into the cache.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            format = FormatVersion,
            key = Key,
            train_images = Train.Count,
            train_images_sha256 = Train.ContentKey,
            test_images = Test.Count,
            test_images_sha256 = Test.ContentKey,
            classes = Train.Classes,
            recipe = Augmentation.Name,
            recipe_settings = Augmentation.ContentKey,
            views = Views,
            test_views = FeatureBank.TestViews,
            seed = Seed,
            backbone = Backbone.Description,
            backbone_key = Backbone.ContentKey,
            features = Backbone.Features,
        },
        Indented);

    private static string HashOf(params object[] parts)
    {
        var text = string.Join('\n', parts.Select(part => Convert.ToString(part, CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }
}
