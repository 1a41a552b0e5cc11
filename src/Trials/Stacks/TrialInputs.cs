using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>The images, backbone and views that a trial's settings name.</summary>
internal static class TrialInputs
{
    /// <summary>What <c>augment.views</c> says for fresh views every step.</summary>
    public const string StreamWord = "stream";

    /// <summary>Of every reference image in a stream's bank, which is for evaluation and for the features' mean and scale.</summary>
    public const int ViewsOfStream = 2;

    private const string Cifar10Variable = "CIFAR10_DIR";

    // Generated images are the same for every sweep; the backbone's seed moves the backbone and the views alone.
    private const long ShapesSeed = 0;

    public static bool IsStream(TrialSettings s) => s.Text("augment.views") == StreamWord;

    /// <summary>F, the features that a trial's backbone gives for an image.</summary>
    public static int Features(TrialSettings s) => s.Text("backbone.arch") switch
    {
        "vgg16" => Vgg16.FeatureCount,
        var arch => throw new ArgumentOutOfRangeException(nameof(s), arch, "No such backbone."),
    };

    /// <param name="train">How many training images, from the first on.</param>
    public static (ImageSet Train, ImageSet Test) Images(TrialSettings s, int train)
    {
        var test = s.Integer("data.test_images");
        return s.Text("data.source") switch
        {
            "shapes" => Shapes.Generate(ShapesSeed, train, test),
            "cifar10" => Cifar10.Read(Cifar10Path(s), train, test),
            var source => throw new ArgumentOutOfRangeException(nameof(s), source, "No such data source."),
        };
    }

    public static Vgg16 Backbone(TrialSettings s, Device device)
    {
        var precision = BackbonePrecisions.Resolve(s.Text("backbone.precision"), device);
        return s.Text("backbone.weights") is var weights && weights == "random"
            ? Vgg16.Random(s.Integer("backbone.seed"), precision, device)
            : Vgg16.FromFile(weights, precision, device);
    }

    public static AugmentationRecipe Recipe(TrialSettings s) => AugmentationRecipe.Named(s.Text("augment.recipe"));

    /// <param name="scale">Copied to the device; null for features as they are.</param>
    /// <param name="found">Told which images there are; may throw.</param>
    public static ViewStream Stream(TrialSettings s, FeatureScale? scale, Device device, Action<TrialInput>? found)
    {
        var (train, test) = Images(s, s.Integer("data.train_images"));
        test.Dispose();
        found?.Invoke(FoundInput.Images(FoundInput.TrainingImages, train, s));
        return new ViewStream(train.To(device), Backbone(s, device), Recipe(s), scale?.To(device));
    }

    /// <summary>Where the images lie, or that they are made.</summary>
    public static string Place(TrialSettings s) => s.Text("data.source") == "cifar10" ? Path.GetFullPath(Cifar10Path(s)) : "generated";

    private static string Cifar10Path(TrialSettings s) =>
        s["data.path"]?.Text ?? Environment.GetEnvironmentVariable(Cifar10Variable) ?? StackData.Cifar10Folder;
}
