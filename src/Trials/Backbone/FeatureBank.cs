using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>The backbone's features of every image and of its augmented views, in memory: all that a trial sees of the data.</summary>
/// <remarks>Letters: N training images, M test images, V views, F features.</remarks>
public sealed class FeatureBank : IDisposable
{
    /// <summary>Views of a test image: the two that alignment needs.</summary>
    public const int TestViews = 2;

    /// <summary>A feature whose standard deviation is below this says nothing; standardizing leaves it at zero.</summary>
    public const double DeadBelow = 1e-6;

    /// <summary>Rows that are turned to double precision at a time, to sum them.</summary>
    private const long RowsPerPiece = 1 << 14;

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
    /// <param name="views">V, at least 1.</param>
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
        ArgumentOutOfRangeException.ThrowIfLessThan(views, 1);
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
        using var scope = NewDisposeScope();
        var rows = Train.Views.reshape(-1, Features); // [N·V, F], a view of the same memory
        var mean = SumOf(rows, piece => piece) / rows.shape[0]; // [F]
        var variance = SumOf(rows, piece => (piece - mean).square()) / rows.shape[0]; // [F]
        var std = variance.sqrt();
        var scale = where(std.lt(DeadBelow), zeros_like(std), std.reciprocal()).to_type(ScalarType.Float32); // [F]
        var centre = mean.to_type(ScalarType.Float32); // [F]
        foreach (var features in new[] { Train.Views, Train.Clean, Test.Views, Test.Clean })
            features.sub_(centre).mul_(scale);
    }

    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
    }

    /// <param name="rows">[n, F].</param>
    /// <param name="term">From rows in double precision to what is summed.</param>
    /// <returns>[F], double.</returns>
    private static Tensor SumOf(Tensor rows, Func<Tensor, Tensor> term)
    {
        var sum = zeros(rows.shape[1], ScalarType.Float64);
        for (var start = 0L; start < rows.shape[0]; start += RowsPerPiece)
        {
            using var scope = NewDisposeScope();
            var piece = rows.narrow(0, start, Math.Min(RowsPerPiece, rows.shape[0] - start)).to_type(ScalarType.Float64);
            sum.add_(term(piece).sum(dim: 0)); // A bare 0 would be taken for a ScalarType.
        }

        return sum;
    }
}
