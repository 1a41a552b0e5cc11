using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>
/// A sweep of 64 trials on 4,096 CIFAR-10 images, its feature bank included, against the article's way: trial after trial,
/// with the backbone in every step. Some of the article's steps are measured; all of them are alike.
/// </summary>
internal static class ArticleBenchmark
{
    private const int Trials = 64;
    private const int Epochs = 10;
    private const int Images = 4_096;
    private const int Batch = 256;
    private const int MeasuredSteps = 200;

    public static void Run()
    {
        var source = Environment.GetEnvironmentVariable("CIFAR10_DIR") is null ? "shapes" : "cifar10";
        var cache = Directory.CreateTempSubdirectory("vicreg-bench-cache-");
        try
        {
            var (ours, trials) = Sweep.Run(YamlOf(source), cache.FullName);
            var (again, _) = Sweep.Run(YamlOf(source), cache.FullName);
            var step = SecondsOfAnArticleStep();
            var steps = (long)Trials * Epochs * (Images / Batch);
            Console.WriteLine($"article: {trials} trials, {Epochs} epochs, {Images} images of {source}, 8 views, batch {Batch}");
            Console.WriteLine($"the sweep {ours:0} s with its feature bank, {again:0} s with the bank there already");
            Console.WriteLine($"the article's way {step * steps:0} s, extrapolated from {MeasuredSteps} steps of {step:0.00} s to {steps}");
            Console.WriteLine($"ratio {step * steps / ours:0}, with the bank there already {step * steps / again:0}");
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }

    private static string YamlOf(string source) =>
        $$"""
        version: 1
        name: article
        seeds: 1
        fixed:
          data.source: {{source}}
          data.train_images: {{Images}}
          augment.views: 8
          train.epochs: {{Epochs}}
          train.batch_size: {{Batch}}
        grid:
          loss.variance_weight: {log: [0.1, 100], count: 8}
          loss.covariance_weight: {log: [0.01, 10], count: 8}
        """;

    private static double SecondsOfAnArticleStep()
    {
        using var trial = new ArticleTrial();
        using var view1 = randn(Batch, 3, 32, 32);
        using var view2 = randn(Batch, 3, 32, 32);
        trial.Step(view1, view2);
        return Clock.Seconds(() =>
        {
            for (var i = 0; i < MeasuredSteps; i++)
            {
                trial.Step(view1, view2);
            }
        }) / MeasuredSteps;
    }
}
