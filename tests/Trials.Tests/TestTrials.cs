using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests;

/// <summary>Trials and features for tests: small, deterministic, and far from any default that could hide a mistake.</summary>
internal static class TestTrials
{
    public static Trial Of(long seed, params IEnumerable<(string Name, ParameterValue Value)> settings) => Trial.Of(
        TrialSettings.From(
            TrialCatalogue.Parameters,
            [("train.batch_size", 16), ("data.train_images", 64), ("model.embedding_dim", 6), ("model.representation_dim", 10), .. settings]),
        seed);

    /// <summary>Batches of one seed for some steps: [steps][2B, 512], standard normal.</summary>
    public static Tensor[] Batches(long seed, int steps, int batch = 16) =>
        [.. Enumerable.Range(0, steps).Select(step => Normal($"batch/{seed}/{step}", 2 * batch, Vgg16.FeatureCount))];

    public static Tensor Normal(string name, params long[] shape) =>
        CounterRandom.Normal(RandomStream.Key(7, name), shape, CPU);

    public static void Save(Stack stack, string path)
    {
        using var file = File.Create(path);
        stack.Save(file);
    }

    public static Tensor Full(long[] shape, double value, ScalarType type = ScalarType.Float32) => empty(shape, type).Fill_(value);

    public static double[] Doubles(Tensor tensor) => tensor.to(float64).cpu().contiguous().data<double>().ToArray();

    /// <summary>The largest difference of two tensors, as a share of the largest magnitude.</summary>
    public static double Difference(Tensor a, Tensor b) =>
        ((a.to(float64) - b.to(float64)).abs().max() / b.to(float64).abs().max().ClampMin(1e-30)).item<double>();

    /// <summary>Different seeds, weights, epsilons, learning rates, schedules and weight decays, not sorted by seed.</summary>
    public static IEnumerable<Trial> Mixed(string optimizer)
    {
        var rate = optimizer == "sgd" ? 1e-4 : 1e-3;
        (string, ParameterValue)[] common = [("train.optimizer", optimizer), ("train.learning_rate", rate)];
        yield return Of(4, [.. common]);
        yield return Of(2, [.. common, ("loss.variance_weight", 1), ("loss.invariance_weight", 1)]);
        yield return Of(4, [.. common, ("loss.epsilon", 0.01), ("loss.covariance_weight", 4)]);
        yield return Of(0, [.. common, ("train.weight_decay", 0.05)]);
        yield return Of(2, [.. common, ("train.learning_rate", rate / 2), ("loss.gamma", 0.5)]);
        yield return Of(0, [.. common, ("train.warmup_epochs", 2)]);
        yield return Of(4, [.. common, ("train.schedule", "cosine")]);
    }
}
