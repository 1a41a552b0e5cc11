using TorchSharp;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Native;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Stacks.Gpu;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>
/// Whether a GPU trains what a processor trains. Training amplifies rounding, by four orders of magnitude over fifty steps of Adam, so
/// that two float32 runs part, whichever devices they are on. Each is compared with double precision, and may be so far away.
/// </summary>
internal static class GpuAgreement
{
    private const int Steps = 50;

    // A share of the loss, up to a step.
    private static readonly (int Step, double Share)[] Allowed = [(1, 1e-6), (10, 1e-4), (Steps, 1e-2)];

    private static readonly int[] Shown = [1, 10, 25, 50];

    /// <summary>A stack of eight for each optimizer, over fifty steps, by the step that GPUs take and by libtorch's operations.</summary>
    public static void Run()
    {
        var device = new Device(Devices.Resolve("auto"));
        if (device.type == DeviceType.CUDA) new CudaKernels(device).Dispose();    // says why, where they cannot be had
        var isRight = true;
        foreach (var optimizer in new[] { "adam", "sgd", "lars" })
        {
            Trial[] trials = [.. Enumerable.Range(0, 8).Select(i => Trial.Of(
                TrialSettings.From(
                    TrialCatalogue.Parameters,
                    ("train.optimizer", optimizer),
                    ("train.learning_rate", optimizer == "sgd" ? 1e-4 : 1e-3),
                    ("loss.variance_weight", 5 * (i % 4)),
                    ("loss.epsilon", 1e-4 * (i + 1))),
                seed: i / 4))];
            using var exact = new Stack(trials, Steps, CPU, float64);
            using var processor = new Stack(trials, Steps, CPU);
            using var kernels = new Stack(trials, Steps, device);
            using var operations = new Stack(trials, Steps, device, byTensorOperations: true);
            var (ofProcessor, ofKernels, ofOperations) = (0.0, 0.0, 0.0);
            for (var step = 1; step <= Steps; step++)
            {
                using var scope = NewDisposeScope();
                Tensor[] batches = [.. exact.Seeds.Select(seed => BatchOf(seed, step))];
                Tensor[] there = [.. batches.Select(b => b.to(device))];
                exact.Step([.. batches.Select(b => b.to(float64))]);
                processor.Step(batches);
                kernels.Step(there);
                operations.Step(there);
                var right = exact.TakeLosses(1);
                ofProcessor = Math.Max(ofProcessor, Distance(processor.TakeLosses(1), right));
                ofKernels = Math.Max(ofKernels, Distance(kernels.TakeLosses(1), right));
                ofOperations = Math.Max(ofOperations, Distance(operations.TakeLosses(1), right));
                isRight &= Math.Max(ofProcessor, Math.Max(ofKernels, ofOperations)) <= Allowed.First(a => step <= a.Step).Share;
                if (!Shown.Contains(step)) continue;

                Figures.Add($"{optimizer}, step {step}: processor", ofProcessor, "of the loss");
                Figures.Add($"{optimizer}, step {step}: kernels", ofKernels, "of the loss");
                Figures.Add($"{optimizer}, step {step}: libtorch's operations", ofOperations, "of the loss");
            }
        }

        Figures.Add("as near to double precision as they are to be", isRight ? 1 : 0);
    }

    private static Tensor BatchOf(long seed, int step) =>
        CounterRandom.Normal(RandomStream.Key(seed, $"agreement/{step}"), [2 * StepBenchmark.Batch, Vgg16.FeatureCount], CPU);

    /// <summary>The largest relative difference of a trial's total; infinite where one is not finite.</summary>
    internal static double Distance(IReadOnlyList<LossRow> losses, IReadOnlyList<LossRow> right) => losses.Zip(right).Max(pair =>
        pair.First.Terms[0] is { } total ? Math.Abs(total - pair.Second.Terms[0]!.Value) / pair.Second.Terms[0]!.Value : double.PositiveInfinity);
}
