using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>Trials whose backbone is trained, small enough for tests, and what they are given.</summary>
internal static class EncoderTrials
{
    public const int Batch = 8;

    private const int Pixels = 3 * 32 * 32;

    private static readonly (string, ParameterValue)[] Conv4 = [("backbone.arch", "conv4"), ("backbone.widths", "3-4-6-5")];
    private static readonly (string, ParameterValue)[] ResNet18 = [("backbone.arch", "resnet18"), ("backbone.width", 0.05)];

    /// <param name="arch"><c>conv4</c> or <c>resnet18</c>, each with few channels.</param>
    public static Trial Of(string arch, long seed, params IEnumerable<(string Name, ParameterValue Value)> settings) => TestTrials.Of(seed,
    [
        .. arch == "conv4" ? Conv4 : ResNet18, ("backbone.train", true), ("train.batch_size", Batch), ("model.expander", "12"),
        ("model.head", "none"), .. settings,
    ]);

    /// <summary>Different seeds, weights, rates, schedules and heads' dropout, not sorted by seed.</summary>
    public static IEnumerable<Trial> Mixed(string arch, string optimizer)
    {
        (string, ParameterValue)[] common =
        [
            ("train.optimizer", optimizer), ("train.learning_rate", optimizer == "adam" ? 1e-3 : optimizer == "lars" ? 0.1 : 1e-4), ("model.head", "7"),
        ];
        yield return Of(arch, 4, [.. common, ("train.weight_decay", 0.05)]);
        yield return Of(arch, 2, [.. common, ("loss.variance_weight", 1), ("loss.invariance_weight", 1)]);
        yield return Of(arch, 4, [.. common, ("loss.covariance_weight", 4), ("train.schedule", "cosine")]);
        yield return optimizer == "lars"
            ? Of(arch, 0, [.. common, ("train.lars_eta", 0.02), ("train.lars_clip", true), ("train.weight_decay", 1e-4)])
            : Of(arch, 0, [.. common, ("train.warmup_epochs", 2)]);
    }

    /// <summary>Pixels of a seed's batches, [steps][2B, 3 · 32 · 32].</summary>
    public static Tensor[] Batches(long seed, int steps) =>
        [.. Enumerable.Range(0, steps).Select(step => TestTrials.Normal($"pixels/{seed}/{step}", 2 * Batch, Pixels))];

    /// <summary>[M, 3 · 32 · 32].</summary>
    public static Tensor HeldOut(int images) => TestTrials.Normal("held out", images, Pixels);
}
