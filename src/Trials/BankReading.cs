using System.Globalization;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials;

/// <summary>
/// Which feature banks recorded trials had, and so which panel of the backbone's features is theirs. A store names both by a checksum, which is
/// computed here from what it records of the data.
/// </summary>
public static class BankReading
{
    private const int ShownDigits = 12;

    private static readonly (BackbonePrecision Precision, bool IsWinograd, string Text)[] Ways =
    [
        (BackbonePrecision.BFloat16, false, "bfloat16"),
        (BackbonePrecision.Float32, true, "float32 on a processor"),
        (BackbonePrecision.Float32, false, "float32 on a GPU"),
    ];

    /// <summary>Whether trials that differ in this parameter have different panels of the backbone's features.</summary>
    public static bool Decides(string parameter) =>
        FeaturePanel.Parameters.Contains(parameter) || (TrialCatalogue.Parameters.TryGet(parameter, out var known) && known.DecidesInputs);

    /// <summary>The panels that trials with these settings may have, by the banks that they may have had, and what each was computed in.</summary>
    /// <param name="inputs">What the store records of images and weights.</param>
    /// <returns>Empty where the store does not record them, such as one of an older version.</returns>
    public static IReadOnlyList<KnownPanel> PanelsOf(IReadOnlyDictionary<string, ParameterValue> settings, IReadOnlyList<RecordedInput> inputs) =>
        [.. Of(settings, inputs).Select(bank => new KnownPanel(FeaturePanel.NameOf(bank.Name, settings.GetValueOrDefault), bank.Name, bank.Computed))];

    /// <summary>The banks that trials with these settings may have had, and what each was computed in.</summary>
    /// <inheritdoc cref="PanelsOf"/>
    public static IReadOnlyList<(string Name, string Computed)> Of(
        IReadOnlyDictionary<string, ParameterValue> settings, IReadOnlyList<RecordedInput> inputs)
    {
        if (Text(DataSources.Parameter) == FeaturesSource.Name)
        {
            return
            [
                .. from train in Samples(FoundInput.TrainingFeatures, null)
                   from test in Samples(FoundInput.HeldOutFeatures, null)
                   select (FeaturesSource.KeyOf(train, test), "another program"),
            ];
        }

        var areNeighbours = Text("augment.recipe") == AugmentationRecipe.Neighbours.Name;
        var isStream = Text("augment.views") == TrialInputs.StreamWord || (TrialInputs.IsTrained(settings.GetValueOrDefault) && !areNeighbours);
        if ((Whole("data.train_images") ?? DotsSource.Count(Whole)?.Train ?? AsManyAsThereAre()) is not { } mostTrain
            || (Whole("data.test_images") ?? DotsSource.Count(Whole)?.Test ?? AsManyAsThereAre()) is not { } mostTest
            || Whole("backbone.seed") is not { } seed
            || (isStream ? TrialInputs.ViewsOfStream : areNeighbours ? 0 : Whole("augment.views")) is not { } views
            || TrialInputs.Encoder(settings.GetValueOrDefault) is not { } encoder
            || AugmentationRecipe.All.FirstOrDefault(r => r.Name == Text("augment.recipe")) is not { } named
            || (encoder is PixelEncoder ? "" : inputs.FirstOrDefault(i =>
                i.Input.Part == FoundInput.BackboneWeights
                && i.Input.Settings == FoundInput.SettingsOfWeights(settings.GetValueOrDefault))?.Input.Content) is not { } weights)
        {
            return [];
        }

        var recipe = AugmentationRecipe.Of(named.Name, name => settings.GetValueOrDefault(name)?.Number);
        if (isStream) mostTrain = Math.Min(mostTrain, Whole("eval.reference_images") ?? mostTrain);
        return
        [
            .. from way in encoder is PixelEncoder ? Ways[^1..] : Ways
               where Text("backbone.precision") is not ("float32" or "bfloat16") || way.Text.StartsWith(Text("backbone.precision")!, StringComparison.Ordinal)
               from train in Samples(FoundInput.TrainingImages, mostTrain)
               from test in Samples(FoundInput.HeldOutImages, mostTest)
               select (FeatureBankRecipe.KeyOf(train, test, recipe, views, encoder.ContentKeyOf(weights, way.Precision, way.IsWinograd), seed), way.Text),
        ];

        string? Text(string parameter) => settings.GetValueOrDefault(parameter)?.Text;

        int? Whole(string parameter) => (int?)settings.GetValueOrDefault(parameter)?.Number;

        int? AsManyAsThereAre() => Text(DataSources.Parameter) == VideoSource.Name ? int.MaxValue : null;

        // Of the user's own files there may be fewer samples than were asked for.
        IEnumerable<string> Samples(string part, int? read)
        {
            var named = FoundInput.SettingsOfSamples(settings.GetValueOrDefault, Text("data.split_seed") is null ? read : null);
            return inputs.Where(i =>
                i.Input.Part == part && (i.Input.Settings == named || (named.EndsWith('=') && i.Input.Settings.StartsWith(named, StringComparison.Ordinal))))
                .Select(i => i.Input.Content).Distinct();
        }
    }

    /// <summary>What differs between banks of the same settings, in a sentence.</summary>
    /// <param name="computed">What they were computed in, as <see cref="Of"/> says it.</param>
    public static string Difference(IReadOnlyList<string> computed) =>
        computed.Select(text => text.Split(' ')[0]).Distinct().Count() > 1
            ? "Such features differ by about 2 % of their centred norm. Set backbone.precision, and train all trials in a new store, to compare them without that difference."
            : "Such features differ by rounding alone.";

    /// <summary>What a reader is to know of the data: samples that must be the same by their source and number, but are not; and data without labels.</summary>
    /// <remarks>The same settings are never trained on other samples; but settings that differ in another number of samples may be.</remarks>
    public static IReadOnlyList<string> OtherData(IReadOnlyList<RecordedInput> inputs)
    {
        var samples = inputs.Where(i => i.Input.Part is not (FoundInput.BackboneWeights or FoundInput.ClassNames))
            .Select(i => (Seen: i, Settings: i.Input.Settings.Split(';').Select(s => s.Split('=', 2)).Where(s => s.Length == 2)
                .ToDictionary(s => s[0], s => s[1])))
            .ToList();
        return
        [
            .. samples.GroupBy(i => (i.Seen.Input.Part, Same: string.Join(';', i.Settings.Where(s => !IsCount(s.Key)).Select(s => $"{s.Key}={s.Value}"))))
                .Where(group => group.Select(i => i.Seen.Input.Content).Distinct().Count() > 1)
                .Select(group => string.Create(
                    CultureInfo.InvariantCulture,
                    $"The data changed while trials were trained: not all trials had the same {group.First().Settings.GetValueOrDefault(FoundInput.Read)} {group.Key.Part}. They were "
                    + $"{string.Join("; ", group.OrderBy(i => i.Seen.SeenUtc, StringComparer.Ordinal).Select(i => Describe(i.Seen, i.Settings)))}. "
                    + $"Scores on different images do not compare: train all trials in a new store on one set of images.")),
            .. samples.Where(i => i.Seen.Input.Settings.EndsWith(FoundInput.Unlabelled, StringComparison.Ordinal))
                .Select(i => i.Settings.GetValueOrDefault(DataSources.Parameter)).Distinct()
                .Select(source => $"The data of source {source} have no {(source == VideoSource.Name ? "labels and no positions" : "labels")}, so {string.Join(", ", Unknown(source))} are not known of their trials. Rank such trials by another metric, such as --metric {TrialVocabulary.Embedding}/{PanelMetrics.ParticipationRatio}."),
        ];
    }

    private static IEnumerable<string> Unknown(string? source) =>
        source == VideoSource.Name ? [.. PanelMetrics.OfLabels, "position_…", "velocity_…"] : PanelMetrics.OfLabels;

    private static bool IsCount(string setting) => setting is "data.train_images" or "data.test_images";

    private static string Describe(RecordedInput seen, Dictionary<string, string> settings)
    {
        var where = settings.Where(s => IsCount(s.Key)).Select(s => $"{s.Key} {s.Value}");
        return $"{seen.Input.Content[..Math.Min(ShownDigits, seen.Input.Content.Length)]} from {seen.SeenUtc} (in {seen.Input.Place}) for trials with {string.Join(" and ", where)}";
    }
}
