using VicRegSweeps.SweepEngine;
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
        [.. Enumerable.Range(0, steps).Select(step => Normal($"batch/{seed}/{step}", 2 * batch, StackLayout.Features))];

    public static Tensor Normal(string name, params long[] shape) =>
        CounterRandom.Normal(RandomStream.Key(7, name), shape, CPU);

    public static double[] Doubles(Tensor tensor) => tensor.to(float64).cpu().contiguous().data<double>().ToArray();

    /// <summary>The largest difference of two tensors, as a share of the largest magnitude.</summary>
    public static double Difference(Tensor a, Tensor b) =>
        ((a.to(float64) - b.to(float64)).abs().max() / b.to(float64).abs().max().clamp_min(1e-30)).item<double>();
}
