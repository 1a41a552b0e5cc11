using System.Globalization;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials;

/// <summary>Which feature banks recorded trials had. A store names banks by a checksum, which is computed here from what it records of the data.</summary>
public static class BankReading
{
    private const int ShownDigits = 12;

    private static readonly (BackbonePrecision Precision, bool IsWinograd, string Text)[] Ways =
    [
        (BackbonePrecision.BFloat16, false, "bfloat16"),
        (BackbonePrecision.Float32, true, "float32 on a processor"),
        (BackbonePrecision.Float32, false, "float32 on a GPU"),
    ];

    /// <summary>Whether trials that differ in this parameter have different banks.</summary>
    public static bool Decides(string parameter) =>
        TrialCatalogue.Parameters.TryGet(parameter, out var known) && known.DecidesInputs && !known.IsIncidental;

    /// <summary>The banks that trials with these settings may have had, and what each was computed in.</summary>
    /// <param name="inputs">What the store records of images and weights.</param>
    /// <returns>Empty where the store does not record them, such as one of an older version.</returns>
    public static IReadOnlyList<(string Name, string Computed)> Of(
        IReadOnlyDictionary<string, ParameterValue> settings, IReadOnlyList<RecordedInput> inputs)
    {
        var isStream = Text("augment.views") == TrialInputs.StreamWord;
        if (Whole("data.train_images") is not { } train || Whole("data.test_images") is not { } test || Whole("backbone.seed") is not { } seed
            || (isStream ? TrialInputs.ViewsOfStream : Whole("augment.views")) is not { } views
            || AugmentationRecipe.All.FirstOrDefault(r => r.Name == Text("augment.recipe")) is not { } recipe)
        {
            return [];
        }

        if (isStream) train = Math.Min(train, Whole("eval.reference_images") ?? train);
        if (Content(FoundInput.TrainingImages, FoundInput.SettingsOfImages(Text, train)) is not { } trainKey
            || Content(FoundInput.HeldOutImages, FoundInput.SettingsOfImages(Text, test)) is not { } testKey
            || Content(FoundInput.BackboneWeights, FoundInput.SettingsOfWeights(Text)) is not { } weightsKey)
        {
            return [];
        }

        return
        [
            .. Ways.Where(way => Text("backbone.precision") is not ("float32" or "bfloat16") || way.Text.StartsWith(Text("backbone.precision")!, StringComparison.Ordinal))
                .Select(way => (
                    FeatureBankRecipe.KeyOf(trainKey, testKey, recipe, views, Vgg16.ContentKeyOf(weightsKey, way.Precision, way.IsWinograd), seed), way.Text)),
        ];

        string? Text(string parameter) => settings.GetValueOrDefault(parameter)?.Text;

        int? Whole(string parameter) => (int?)settings.GetValueOrDefault(parameter)?.Number;

        string? Content(string part, string named) => inputs.FirstOrDefault(i => i.Input.Part == part && i.Input.Settings == named)?.Input.Content;
    }

    /// <summary>What differs between banks of the same settings, in a sentence.</summary>
    /// <param name="computed">What they were computed in, as <see cref="Of"/> says it.</param>
    public static string Difference(IReadOnlyList<string> computed) =>
        computed.Select(text => text.Split(' ')[0]).Distinct().Count() > 1
            ? "Such features differ by about 2 % of their centred norm. Set backbone.precision, and train all trials in a new store, to compare them without that difference."
            : "Such features differ by rounding alone.";

    /// <summary>Images that must be the same by their source and number, but are not: a sentence for each set.</summary>
    /// <remarks>The same settings are never trained on other images; but settings that differ in another number of images may be.</remarks>
    public static IReadOnlyList<string> OtherData(IReadOnlyList<RecordedInput> inputs)
    {
        var images = inputs.Where(i => i.Input.Part is FoundInput.TrainingImages or FoundInput.HeldOutImages)
            .Select(i => (Seen: i, Settings: i.Input.Settings.Split(';').Select(s => s.Split('=', 2)).Where(s => s.Length == 2).ToDictionary(s => s[0], s => s[1])));
        return
        [
            .. images.GroupBy(i => (i.Seen.Input.Part, Source: i.Settings.GetValueOrDefault("data.source"), Read: i.Settings.GetValueOrDefault(FoundInput.Read)))
                .Where(group => group.Select(i => i.Seen.Input.Content).Distinct().Count() > 1)
                .Select(group => string.Create(
                    CultureInfo.InvariantCulture,
                    $"The data changed while trials were trained: not all trials had the same {group.Key.Read} {group.Key.Part}. They were "
                    + $"{string.Join("; ", group.OrderBy(i => i.Seen.SeenUtc, StringComparer.Ordinal).Select(i => Describe(i.Seen, i.Settings)))}. "
                    + $"Scores on different images do not compare: train all trials in a new store on one set of images.")),
        ];
    }

    private static string Describe(RecordedInput seen, Dictionary<string, string> settings)
    {
        var where = settings.Where(s => s.Key.EndsWith("_images", StringComparison.Ordinal)).Select(s => $"{s.Key} {s.Value}");
        return $"{seen.Input.Content[..Math.Min(ShownDigits, seen.Input.Content.Length)]} from {seen.SeenUtc} (in {seen.Input.Place}) for trials with {string.Join(" and ", where)}";
    }
}
