using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Backbone.Winograd;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>Building a feature bank, augmentation, writing and all, against the bare forward of the backbone on images in memory.</summary>
internal static class BankBenchmark
{
    private const int Views = 8;
    private const int TrainImages = 512;
    private const int TestImages = 128;
    private const int Passes = (TrainImages * (Views + 1)) + (TestImages * (FeatureBank.TestViews + 1));

    // What every figure is the best of: other processes only ever add time.
    private const int Rounds = 3;

    public static void Run()
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        using var network = new WinogradVgg16(Vgg16.RandomWeights(0));
        using var vgg = Vgg16.Random(0, BackbonePrecision.Float32, CPU);
        using var augmentation = new Augmentation(AugmentationRecipe.SoloLearn, 0, CPU);
        vgg.Forward(zeros(1, 3, 32, 32)); // Makes the weights.
        var (train, test) = Shapes.Generate(0, TrainImages, TestImages);
        var cache = Directory.CreateTempSubdirectory("vicreg-bench-").FullName;
        try
        {
            var images = BackboneBenchmark.ImagesOf(BackboneBenchmark.Images);
            var bare = BackboneBenchmark.Rate(network, images);
            var views = Enumerable.Range(0, TrainImages).Select(image => augmentation.Parameters(image, 0)).ToList();
            var augmented = TrainImages / Best(() => augmentation.Apply(images[..TrainImages], views).Dispose());
            var build = Enumerable.Range(0, Rounds).Min(round => Clock.Seconds(() => Bank(Path.Combine(cache, $"{round}")).Dispose()));
            var read = Best(() => Bank(Path.Combine(cache, "0")).Dispose());
            var limit = BackboneBenchmark.Limit(network);
            Console.WriteLine(
                $"feature bank: {TrainImages} images × {Views} views and {TestImages} test images, solo-learn's recipe, {Environment.ProcessorCount} cores");
            Console.WriteLine(
                $"bare forward {bare:0} images/s, augmentation alone {augmented:0}, bank {Passes / build:0}: "
                + $"{Passes / build / bare:0%} of the bare forward, {Passes / build / limit:0%} of what the products allow");
            Console.WriteLine($"read again at {Passes / read:0} images/s");
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
            train.Dispose();
            test.Dispose();
        }

        FeatureBank Bank(string folder) => FeatureBank.GetOrBuild(
            folder, train, test, AugmentationRecipe.SoloLearn, Views, vgg, 0, null, CancellationToken.None);
    }

    private static double Best(Action action) => Enumerable.Range(0, Rounds).Min(_ => Clock.Seconds(action));
}
