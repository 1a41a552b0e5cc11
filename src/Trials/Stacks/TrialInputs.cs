using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Sources;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>The images, backbone and views that a trial's settings name.</summary>
internal static class TrialInputs
{
    /// <summary>What <c>augment.views</c> says for fresh views every step.</summary>
    public const string StreamWord = "stream";

    /// <summary>Of every reference image in a stream's bank, which is for evaluation and for the features' mean and scale.</summary>
    public const int ViewsOfStream = 2;

    /// <summary>What <c>backbone.arch</c> says where there is none, as features that were made elsewhere need none.</summary>
    public const string NoBackbone = "none";

    /// <summary>What <c>backbone.weights</c> says where they are drawn and not read.</summary>
    public const string RandomWeights = "random";

    /// <summary>Whether the backbone is trained with the rest.</summary>
    public const string TrainParameter = "backbone.train";

    public const string WidthsParameter = "backbone.widths";
    public const string WidthParameter = "backbone.width";

    /// <summary>What decides the shape of a backbone besides its architecture.</summary>
    public static readonly IReadOnlyList<string> Shaping = [WidthsParameter, WidthParameter];

    /// <summary>Whether every step makes fresh views. A backbone that is trained has no bank of its features, so it always does.</summary>
    public static bool IsStream(TrialSettings s) => s["augment.views"]?.Text == StreamWord || (IsTrained(s) && !AreNeighbours(s));

    /// <summary>Whether the backbone is trained. What comes in are then the pixels of images.</summary>
    public static bool IsTrained(TrialSettings s) => IsTrained(name => s[name]);

    /// <inheritdoc cref="IsTrained(TrialSettings)"/>
    /// <param name="value">A parameter's value; null where it is absent.</param>
    public static bool IsTrained(Func<string, ParameterValue?> value) => value(TrainParameter)?.Truth == true && HasBackbone(value);

    /// <summary>Whether a backbone makes features of images.</summary>
    public static bool HasBackbone(Func<string, ParameterValue?> value) => value("backbone.arch") is { } arch && arch.Text != NoBackbone;

    /// <summary>Whether a sample's second view is the sample next to it, so that the bank has no further views.</summary>
    public static bool AreNeighbours(TrialSettings s) => s["augment.recipe"]?.Text == AugmentationRecipe.Neighbours.Name;

    /// <summary>V, the views that the bank has of a training image beside itself.</summary>
    public static int BankViews(TrialSettings s) =>
        IsStream(s) ? ViewsOfStream : AreNeighbours(s) ? 0 : s.Integer("augment.views");

    /// <summary>How many samples there are to train on.</summary>
    public static int Train(TrialSettings s) => DataSources.Of(s).Look(s).Train;

    /// <summary>How many samples are held out.</summary>
    public static int Test(TrialSettings s) => DataSources.Of(s).Look(s).Test;

    /// <summary>F, the features that a trial's network is given of a sample.</summary>
    public static int Features(TrialSettings s) =>
        DataSources.AreImages(s) ? Encoder(s).FeaturesOf(Side(s)) : DataSources.Of(s).Look(s).Features;

    /// <param name="train">How many training images, from the first on.</param>
    public static ReadImages Images(TrialSettings s, int train, SourceReading reading) => ((IImageSource)DataSources.Of(s)).Read(s, train, reading);

    /// <summary>What makes features of images once and for all: a frozen backbone, or for one that is trained the pixels that it is given.</summary>
    public static Encoder Encoder(TrialSettings s) => Encoder(name => s[name]) ?? throw new InvalidOperationException("There is no such backbone.");

    /// <inheritdoc cref="Encoder(TrialSettings)"/>
    /// <param name="value">A parameter's value; null where it is absent.</param>
    /// <returns>Null where nobody knows it.</returns>
    public static Encoder? Encoder(Func<string, ParameterValue?> value) =>
        (IsTrained(value) ? Trials.Backbone.Encoder.Pixels
        : value("backbone.arch")?.Text == ConvNetShape.Conv4Word
            ? Trials.Backbone.Encoder.Conv4(value(WidthsParameter)!.Text, value(WidthParameter)!.Number!.Value)
        : Trials.Backbone.Encoder.All.FirstOrDefault(encoder => encoder.Word == value("backbone.arch")?.Text))
        ?.Normalized(Normalization.Named(value(Normalization.Parameter)?.Text));

    /// <summary>The backbone that is trained; null where it is frozen, or there is none.</summary>
    public static ConvNetShape? Trained(TrialSettings s) => !IsTrained(s) ? null : s.Text("backbone.arch") switch
    {
        ConvNetShape.Conv4Word => ConvNetShape.Conv4(Trials.Backbone.Encoder.WidthsOf(s.Text(WidthsParameter)), s.Real(WidthParameter)),
        ConvNetShape.ResNet18Word => ConvNetShape.SmallResNet18(s.Real(WidthParameter)),
        var word => throw new InvalidOperationException($"A backbone {word} cannot be trained."),
    };

    public static IBackbone Backbone(TrialSettings s, Device device)
    {
        if (Encoder(s) is PixelEncoder pixels) return new Pixels(device, Side(s), pixels.Normalization);

        var precision = BackbonePrecisions.Resolve(s.Text("backbone.precision"), device);
        return s.Text("backbone.weights") is var weights && weights == RandomWeights
            ? Encoder(s).Random(s.Integer("backbone.seed"), precision, device, Side(s))
            : Encoder(s).FromFile(weights, precision, device, Side(s));
    }

    /// <summary>Puts the weights of a file into the rows of trials that are to go on from it; leaves others as they are.</summary>
    /// <param name="parameters">[K, P], changed in place.</param>
    /// <param name="buffers">[K, Q], changed in place.</param>
    /// <exception cref="SweepException">The file cannot be read, or holds something else.</exception>
    public static void PutWeights(TrialSettings s, StackLayout layout, Tensor parameters, Tensor buffers)
    {
        if (Trained(s) is not { } shape || s.Text("backbone.weights") == RandomWeights) return;

        using var scope = NewDisposeScope();
        var (weights, _) = new ConvNetEncoder(shape).File.Read(s.Text("backbone.weights"));
        Put(layout.Parameters, parameters);
        Put(layout.Buffers, buffers);
        foreach (var tensor in weights.Values) tensor.Dispose();

        void Put(IReadOnlyList<Segment> segments, Tensor rows)
        {
            foreach (var segment in segments.Where(segment => segment.Name.StartsWith(StackEncoder.Prefix, StringComparison.Ordinal)))
                segment.Of(rows).copy_(weights[segment.Name[StackEncoder.Prefix.Length..]].unsqueeze(0).expand([rows.shape[0], .. segment.Shape]));
        }
    }

    /// <summary>A backbone as it is before training: <c>backbone.seed</c>'s, or the file's.</summary>
    /// <param name="pixels">[M, 3 · S · S].</param>
    /// <returns>Its features in evaluation mode, [M, F].</returns>
    public static Tensor Untrained(TrialSettings s, Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var shape = Trained(s)!;
        var layout = new StackLayout(new Network(shape, shape.Features, null, shape.Features, null, shape.Features));
        var (parameters, buffers) = StackNetwork.Initialise(layout, [s.Integer("backbone.seed")], pixels.device);
        PutWeights(s, layout, parameters, buffers);
        return StackEncoder.Evaluate(
            shape, layout.Parameters.ToDictionary(p => p.Name, p => p.Of(parameters)), layout.Buffers.ToDictionary(b => b.Name, b => b.Of(buffers)), pixels)
            .squeeze(0).MoveToOuterDisposeScope();
    }

    public static AugmentationRecipe Recipe(TrialSettings s) => AugmentationRecipe.Of(s.Text("augment.recipe"), name => s[name]?.Number);

    /// <param name="scale">Copied to the device; null for features as they are.</param>
    /// <param name="found">Told which images there are; may throw.</param>
    public static ViewStream Stream(TrialSettings s, FeatureScale? scale, Device device, SourceReading reading, Action<TrialInput>? found)
    {
        var (train, test, note) = Images(s, Train(s), reading);
        test.Dispose();
        found?.Invoke(FoundInput.Images(FoundInput.TrainingImages, train, s, note));
        return new ViewStream(train.To(device), Backbone(s, device), Recipe(s), scale?.To(device));
    }

    /// <summary>S of images whose source leaves it open; else the one that they have.</summary>
    public static int Side(TrialSettings s) => s["data.side"] is { } side ? (int)side.Number!.Value : ImageSet.SmallSide;
}
