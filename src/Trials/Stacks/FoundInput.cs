using System.Globalization;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>What a trial's settings led to, by its content: files change, and paths say nothing of it.</summary>
internal static class FoundInput
{
    public const string TrainingImages = "training images";
    public const string HeldOutImages = "held-out images";
    public const string BackboneWeights = "backbone's weights";

    /// <summary>In settings of images, how many of them were read.</summary>
    public const string Read = "read";

    /// <param name="part"><see cref="TrainingImages"/> or <see cref="HeldOutImages"/>.</param>
    public static TrialInput Images(string part, ImageSet images, TrialSettings s) => new(
        part,
        SettingsOfImages(name => s[name]?.Text, images.Count),
        images.ContentKey,
        TrialInputs.Place(s));

    public static TrialInput Weights(Vgg16 backbone, TrialSettings s) => new(
        BackboneWeights,
        SettingsOfWeights(name => s[name]?.Text),
        backbone.WeightsKey,
        s.Text("backbone.weights") is var weights && weights == "random" ? "drawn from the seed" : Path.GetFullPath(weights));

    /// <param name="value">A parameter's value as text.</param>
    /// <param name="read">How many images were read.</param>
    public static string SettingsOfImages(Func<string, string?> value, int read) => string.Create(
        CultureInfo.InvariantCulture,
        $"data.source={value("data.source")};data.train_images={value("data.train_images")};data.test_images={value("data.test_images")};{Read}={read}");

    /// <inheritdoc cref="SettingsOfImages"/>
    public static string SettingsOfWeights(Func<string, string?> value) => value("backbone.weights") is var weights && weights == "random"
        ? $"backbone.weights={weights};backbone.seed={value("backbone.seed")}"
        : $"backbone.weights={weights}";
}
