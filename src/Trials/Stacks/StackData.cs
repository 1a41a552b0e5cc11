using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>What a stack trains on and is evaluated with, on its device; shared by every stack of the same bank.</summary>
/// <remarks>Letters: N training images, V views, L reference images, M held-out images.</remarks>
/// <param name="Bank">The key of the feature bank that it comes from.</param>
/// <param name="TrainViews">Features of the augmented training views, [N·V, 512]; image i's views are rows i·V to i·V + V − 1.</param>
/// <param name="Images">N.</param>
/// <param name="Views">V.</param>
/// <param name="Reference">Features of training images without augmentation, [L, 512].</param>
/// <param name="ReferenceLabels">[L].</param>
/// <param name="HeldOut">Features of held-out images without augmentation, [M, 512].</param>
/// <param name="HeldOutLabels">[M].</param>
/// <param name="HeldOutView1">Features of an augmented view of each held-out image, [M, 512].</param>
/// <param name="HeldOutView2">Features of another view of each, [M, 512].</param>
public sealed record StackData(
    string Bank,
    Tensor TrainViews,
    int Images,
    int Views,
    Tensor Reference,
    Tensor ReferenceLabels,
    Tensor HeldOut,
    Tensor HeldOutLabels,
    Tensor HeldOutView1,
    Tensor HeldOutView2) : IDisposable
{
    /// <summary>Where CIFAR-10 is looked for unless a trial or CIFAR10_DIR says otherwise.</summary>
    public const string Cifar10Folder = "data/cifar-10-batches-bin";
    private const string Cifar10Variable = "CIFAR10_DIR";

    // Generated images are the same for every sweep; the backbone's seed moves the backbone and the views alone.
    private const long ShapesSeed = 0;

    /// <summary>Trials with equal keys have the same data.</summary>
    public static string Key(TrialSettings s) => string.Join(
        ';',
        s.Catalogue.Parameters
            .Where(p => p.Name.Split('.')[0] is "data" or "augment" or "backbone" || p.Name is "eval.images" or "eval.reference_images")
            .Select(p => $"{p.Name}={s[p.Name]}"));

    /// <summary>Reads the images and their feature bank, which is built first where the cache does not have it.</summary>
    /// <param name="cacheFolder">Where feature banks are kept.</param>
    /// <exception cref="SweepException">The images or the cache cannot be read or written.</exception>
    public static StackData Load(
        TrialSettings s, Device device, string cacheFolder, Action<Progress> progress, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        using var bank = LoadBank(s, device, cacheFolder, progress, cancel);
        if (s.Truth("backbone.standardize"))
        {
            bank.Standardize();
        }

        return Of(bank, s.Integer("eval.reference_images"), s.Integer("eval.images"), device);
    }

    /// <summary>Reads the images and their feature bank as it is in the cache, in memory, not standardized.</summary>
    /// <inheritdoc cref="Load"/>
    public static FeatureBank LoadBank(
        TrialSettings s, Device device, string cacheFolder, Action<Progress> progress, CancellationToken cancel)
    {
        var (train, test) = ImagesOf(s);
        using (train)
        using (test)
        using (var backbone = BackboneOf(s, device))
        {
            return FeatureBank.GetOrBuild(
                cacheFolder,
                train,
                test,
                AugmentationRecipe.Named(s.Text("augment.recipe")),
                s.Integer("augment.views"),
                backbone,
                s.Integer("backbone.seed"),
                progress,
                cancel);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { TrainViews, Reference, ReferenceLabels, HeldOut, HeldOutLabels, HeldOutView1, HeldOutView2 })
        {
            tensor.Dispose();
        }
    }

    private static StackData Of(FeatureBank bank, int referenceImages, int heldOutImages, Device device)
    {
        var reference = Math.Min(referenceImages, bank.Train.Count);
        var heldOut = Math.Min(heldOutImages, bank.Test.Count);
        return new StackData(
            bank.Key,
            Keep(bank.Train.Views.reshape(-1, bank.Features)), // [N, V, 512] to [N·V, 512]
            bank.Train.Count,
            bank.Views,
            Keep(bank.Train.Clean.narrow(0, 0, reference)),
            Keep(bank.Train.Labels.narrow(0, 0, reference)),
            Keep(bank.Test.Clean.narrow(0, 0, heldOut)),
            Keep(bank.Test.Labels.narrow(0, 0, heldOut)),
            Keep(bank.Test.Views.narrow(0, 0, heldOut).select(1, 0)),
            Keep(bank.Test.Views.narrow(0, 0, heldOut).select(1, 1)));

        Tensor Keep(Tensor tensor) => tensor.to(device).contiguous().alias().DetachFromDisposeScope();
    }

    private static (ImageSet Train, ImageSet Test) ImagesOf(TrialSettings s)
    {
        var (train, test) = (s.Integer("data.train_images"), s.Integer("data.test_images"));
        return s.Text("data.source") switch
        {
            "shapes" => Shapes.Generate(ShapesSeed, train, test),
            "cifar10" => Cifar10.Read(Cifar10Path(s), train, test),
            var source => throw new ArgumentOutOfRangeException(nameof(s), source, "No such data source."),
        };
    }

    private static string Cifar10Path(TrialSettings s) =>
        s["data.path"]?.Text ?? Environment.GetEnvironmentVariable(Cifar10Variable) ?? Cifar10Folder;

    private static Vgg16 BackboneOf(TrialSettings s, Device device)
    {
        var precision = BackbonePrecisions.Resolve(s.Text("backbone.precision"), device);
        return s.Text("backbone.weights") is var weights && weights == "random"
            ? Vgg16.Random(s.Integer("backbone.seed"), precision, device)
            : Vgg16.FromFile(weights, precision, device);
    }
}
