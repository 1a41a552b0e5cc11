using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>The backbone's features of every image and of its augmented views, in memory: all that a trial sees of the data.</summary>
/// <remarks>Letters: N training images, M test images, V views, F features.</remarks>
public sealed class FeatureBank : IDisposable
{
    /// <summary>Views of a test image: the two that alignment needs.</summary>
    public const int TestViews = 2;

    /// <summary>The same, where a bank has no views because every image is its own.</summary>
    /// <param name="views">V.</param>
    internal static int TestViewsBeside(long views) => views == 0 ? 0 : TestViews;

    /// <summary>A feature whose standard deviation is below this says nothing; standardizing leaves it at zero.</summary>
    public const double DeadBelow = 1e-6;

    internal FeatureBank(string key, int classes, FeatureSet train, FeatureSet test) =>
        (Key, Classes, Train, Test) = (key, classes, train, test);

    /// <summary>Equal keys mean equal banks; it also names the bank's folder.</summary>
    public string Key { get; }

    public int Classes { get; }

    /// <summary>Views [N, V, F], clean [N, F], labels [N].</summary>
    public FeatureSet Train { get; }

    /// <summary>Views [M, 2, F], clean [M, F], labels [M]. Held out: no trial trains on them.</summary>
    public FeatureSet Test { get; }

    /// <summary>Width of the feature vectors.</summary>
    public int Features => (int)Train.Views.shape[2];

    /// <summary>Number of views of every training image.</summary>
    public int Views => (int)Train.Views.shape[1];

    /// <summary>Reads the bank of these images, views and weights from the cache, or builds it there and reads it.</summary>
    /// <param name="cacheFolder">Holds one folder a bank; made where it is not there.</param>
    /// <param name="views">V; 0 for a bank of the images alone.</param>
    /// <param name="seed">Of the augmentation.</param>
    /// <param name="progress">Told after every batch; may be null.</param>
    /// <param name="cancel">Honoured between batches. What was built is kept: the next call goes on from there.</param>
    /// <remarks>Of several processes that want the same bank, one builds and the others wait for it.</remarks>
    public static FeatureBank GetOrBuild(
        string cacheFolder,
        ImageSet train,
        ImageSet test,
        AugmentationRecipe recipe,
        int views,
        IBackbone backbone,
        long seed,
        Action<Progress>? progress,
        CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(views);
        var recipeOfBank = new FeatureBankRecipe(train, test, recipe, views, backbone, seed);
        var folder = new FeatureBankFolder(cacheFolder, recipeOfBank.Key);
        using var gradientOff = no_grad();
        return folder.TryRead(recipeOfBank) ?? folder.BuildLocked(recipeOfBank, progress, cancel);
    }

    /// <summary>
    /// Centres every feature and scales it to unit standard deviation, in place, with the mean and standard deviation
    /// of the training views. Dead features become zero.
    /// </summary>
    public void Standardize()
    {
        using var gradientOff = no_grad();
        using var scale = Scale();
        Standardize(scale);
    }

    /// <summary>Standardizes with a given mean and scale, in place.</summary>
    internal void Standardize(FeatureScale scale)
    {
        foreach (var features in new[] { Train.Views, Train.Clean, Test.Views, Test.Clean }.Where(f => f.NumberOfElements > 0))
            scale.Apply(features);
    }

    /// <summary>What <see cref="Standardize()"/> does to a feature, for features that are not in the bank.</summary>
    internal FeatureScale Scale()
    {
        using var rows = Views == 0 ? Train.Clean.alias() : Train.Views.reshape(-1, Features); // [N·V, F], a view of the same memory
        return FeatureScale.Of(rows);
    }

    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
    }
}
