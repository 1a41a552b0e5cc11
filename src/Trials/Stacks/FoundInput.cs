using System.Globalization;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Sources;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>What a trial's settings led to, by its content: files change, and paths say nothing of it.</summary>
internal static class FoundInput
{
    public const string TrainingImages = "training images";
    public const string HeldOutImages = "held-out images";
    public const string TrainingFeatures = "training features";
    public const string HeldOutFeatures = "held-out features";
    public const string BackboneWeights = "backbone's weights";

    // Versions that had no other did not write it down.
    private const string FirstArchitecture = "vgg16";

    public const string ClassNames = "names of the classes";

    /// <summary>In settings of samples, how many of them were read.</summary>
    public const string Read = "read";

    /// <summary>In settings of samples, that they have no labels.</summary>
    public const string Unlabelled = ";labels=none";

    /// <param name="part"><see cref="TrainingImages"/> or <see cref="HeldOutImages"/>.</param>
    /// <param name="note">What is to be known of them; null where nothing is.</param>
    public static TrialInput Images(string part, ImageSet images, TrialSettings s, string? note = null) => new(
        part,
        SettingsOfSamples(name => s[name], images.Count) + (images.Classes == 0 ? Unlabelled : ""),
        images.ContentKey,
        DataSources.Of(s).Place(s) + (note is null ? "" : $", {note}"))
    {
        FormerSettings = s.Contents().Any() ? SettingsOfSamples(WithoutContents(s), images.Count) + (images.Classes == 0 ? Unlabelled : "") : null,
    };

    /// <param name="part"><see cref="TrainingFeatures"/> or <see cref="HeldOutFeatures"/>.</param>
    public static TrialInput Features(string part, FeatureViews features, TrialSettings s) => new(
        part,
        SettingsOfSamples(name => s[name], features.Count) + (features.Classes == 0 ? Unlabelled : ""),
        features.ContentKey,
        Path.GetFullPath(features.Path))
    {
        FormerSettings = s.Contents().Any() ? SettingsOfSamples(WithoutContents(s), features.Count) + (features.Classes == 0 ? Unlabelled : "") : null,
    };

    /// <summary>
    /// The classes' names, for people: their number counts, and what they are called is a matter of record, as where images lie. They come from
    /// names of folders, which have no slash.
    /// </summary>
    public static TrialInput Classes(IReadOnlyList<string> names, TrialSettings s) =>
        new(ClassNames, SettingsOfSamples(name => s[name], null), $"{names.Count}", string.Join('/', names));

    /// <summary>The names that <see cref="Classes"/> recorded for all trials alike; null where none were, or several.</summary>
    public static IReadOnlyList<string>? NamesIn(IEnumerable<RecordedInput> inputs) =>
        inputs.Where(i => i.Input.Part == ClassNames).Select(i => i.Input.Place).Distinct().ToList() is [var only] ? only.Split('/') : null;

    public static TrialInput Weights(IBackbone backbone, TrialSettings s) => new(
        BackboneWeights,
        SettingsOfWeights(name => s[name]),
        backbone.WeightsKey,
        s.Text("backbone.weights") is var weights && weights == TrialInputs.RandomWeights ? "drawn from the seed" : Path.GetFullPath(weights))
    {
        FormerSettings = s["backbone.weights"]?.Content is null ? null : SettingsOfWeights(WithoutContents(s)),
    };

    /// <param name="value">A parameter's value.</param>
    /// <param name="read">How many samples were read; null for the beginning of what it is with any number.</param>
    public static string SettingsOfSamples(Func<string, ParameterValue?> value, int? read) => string.Create(
        CultureInfo.InvariantCulture,
        $"data.source={value("data.source")};data.train_images={value("data.train_images")};data.test_images={value("data.test_images")}{OfOwnFiles(value)};{Read}={read}");

    /// <inheritdoc cref="SettingsOfSamples"/>
    public static string SettingsOfWeights(Func<string, ParameterValue?> value)
    {
        var (weights, arch) = (value("backbone.weights")?.Identity, value("backbone.arch")?.Text);
        return $"backbone.weights={weights}"
            + (weights == TrialInputs.RandomWeights ? $";backbone.seed={value("backbone.seed")}" : "")
            + (arch is null or FirstArchitecture ? "" : $";backbone.arch={arch}")
            + string.Concat(TrialInputs.Shaping.Where(name => value(name) is not null).Select(name => $";{name}={value(name)}"));
    }

    /// <summary>What decides the samples of video and of the user's own files beside their number; nothing for other sources.</summary>
    private static string OfOwnFiles(Func<string, ParameterValue?> value) => string.Concat(
        OwnFiles.Deciding.Concat(DotsSource.Deciding).Where(name => value(name) is not null).Select(name => $";{name}={value(name)}")
            .Concat(OwnFiles.Paths.Where(name => value(name)?.Content is not null).Select(name => $";{name}={value(name)!.Content}")));

    private static Func<string, ParameterValue?> WithoutContents(TrialSettings s) =>
        name => s[name] is { Content: not null } value ? value with { Content = null } : s[name];
}
