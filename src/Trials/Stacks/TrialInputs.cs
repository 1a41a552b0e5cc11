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

    public static bool IsStream(TrialSettings s) => s["augment.views"]?.Text == StreamWord;

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

    /// <summary>The architecture of the backbone.</summary>
    public static Encoder Encoder(TrialSettings s) => Trials.Backbone.Encoder.Named(s.Text("backbone.arch"));

    public static IBackbone Backbone(TrialSettings s, Device device)
    {
        var precision = BackbonePrecisions.Resolve(s.Text("backbone.precision"), device);
        return s.Text("backbone.weights") is var weights && weights == TrialInputs.RandomWeights
            ? Encoder(s).Random(s.Integer("backbone.seed"), precision, device, Side(s))
            : Encoder(s).FromFile(weights, precision, device, Side(s));
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
