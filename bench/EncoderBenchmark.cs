using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Native;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>
/// Stacks whose backbones are trained: images a second, each as two views, against plain TorchSharp in the same run; on a
/// processor also as groups of one convolution, which is what a GPU does.
/// </summary>
internal static class EncoderBenchmark
{
    private const int Expander = 256;
    private const int Representation = 256;
    private const int Pixels = 3 * 32 * 32;
    private const int AgreementSteps = 10;
    private const string AllTogether = "images/s, all trials together";

    // What every figure is the best of: other processes only ever add time.
    private const int Rounds = 3;

    private static readonly int[] Channels = [32, 64, 128, 256];

    public static void OnProcessor() => Run(CPU, batch: 128, steps: 1, [1, 4, 16]);

    /// <summary>The same, wider, and whether a GPU trains what a processor trains.</summary>
    public static void OnGpu()
    {
        // On a processor it runs small, to see that it runs.
        var device = new Device(Devices.Resolve("auto"));
        var isGpu = device.type == TorchSharp.DeviceType.CUDA;
        Run(device, batch: isGpu ? 256 : 8, steps: isGpu ? 5 : 1, isGpu ? [1, 4, 16, 64] : [1, 2]);
        foreach (var width in isGpu ? [1, 4, 8] : new[] { 1 })
            Figures.Add($"resnet18, stack of {width}", Rate(width, device, isGpu ? 256 : 8, isGpu ? 2 : 1, isGpu, ResNet18), AllTogether);
        Agreement(device);
    }

    private static void Run(Device device, int batch, int steps, int[] widths)
    {
        Figures.Add("conv4, plain TorchSharp", PlainRate(device, batch, steps), "images/s");
        foreach (var width in widths)
        {
            Figures.Add($"conv4, stack of {width}", Rate(width, device, batch, steps, false, Conv4), AllTogether);
            if (device.type == TorchSharp.DeviceType.CPU) Figures.Add($"conv4, stack of {width} in groups", Rate(width, device, batch, steps, true, Conv4), AllTogether);
        }
    }

    private static double PlainRate(Device device, int batch, int steps)
    {
        using var trial = new PlainEncoder(Channels, Expander, Representation, device);
        using var pixels = PixelsOf(0, batch).to(device).reshape(-1, 3, 32, 32);
        return steps * batch / Best(device, () => trial.Step(pixels), steps);
    }

    /// <returns>Images a second, of all trials together.</returns>
    private static double Rate(int width, Device device, int batch, int steps, bool byTensorOperations, (string, ParameterValue)[] arch)
    {
        using var stack = new Stack([.. Trials(width, batch, arch)], totalSteps: 1_000_000, device, byTensorOperations: byTensorOperations);
        using var pixels = PixelsOf(0, batch).to(device);
        return width * steps * batch / Best(device, () => stack.Step([pixels]), steps);
    }

    private static double Best(Device device, Action step, int steps)
    {
        step();
        return Enumerable.Range(0, Rounds).Min(_ => Clock.Seconds(() =>
        {
            for (var i = 0; i < steps; i++) step();
            if (device.type == TorchSharp.DeviceType.CUDA) cuda.synchronize(device);
        }));
    }

    private static void Agreement(Device device)
    {
        foreach (var (name, arch) in new[] { ("conv4", Conv4), ("resnet18", ResNet18.Append(("backbone.width", 0.25)).ToArray()) })
        {
            const int batch = 32;
            Trial[] trials = [.. Trials(4, batch, arch)];
            using var exact = new Stack(trials, AgreementSteps, CPU, float64);
            using var here = new Stack(trials, AgreementSteps, CPU);
            using var there = new Stack(trials, AgreementSteps, device);
            var (ofProcessor, ofDevice) = (0.0, 0.0);
            for (var step = 1; step <= AgreementSteps; step++)
            {
                using var scope = NewDisposeScope();
                var pixels = PixelsOf(step, batch);
                exact.Step([pixels.to(float64)]);
                here.Step([pixels]);
                there.Step([pixels.to(device)]);
                var right = exact.TakeLosses(1);
                ofProcessor = Math.Max(ofProcessor, GpuAgreement.Distance(here.TakeLosses(1), right));
                ofDevice = Math.Max(ofDevice, GpuAgreement.Distance(there.TakeLosses(1), right));
                if (step is not (1 or AgreementSteps)) continue;

                Figures.Add($"{name}, step {step}: processor", ofProcessor, "of the loss");
                Figures.Add($"{name}, step {step}: device", ofDevice, "of the loss");
            }
        }
    }

    private static (string, ParameterValue)[] Conv4 => [("backbone.arch", "conv4")];

    private static (string, ParameterValue)[] ResNet18 => [("backbone.arch", "resnet18")];

    private static IEnumerable<Trial> Trials(int width, int batch, (string, ParameterValue)[] arch) => Enumerable.Range(0, width).Select(i => Trial.Of(
        TrialSettings.From(
            TrialCatalogue.Parameters,
            [
                ("backbone.train", true), ("model.head", "none"), ("model.expander", $"{Expander}-{Expander}"),
                ("model.representation_dim", Representation), ("train.batch_size", batch), ("loss.variance_weight", 1 + (0.1 * i)), .. arch,
            ]),
        seed: 0));

    /// <returns>[2B, 3 · 32 · 32].</returns>
    private static Tensor PixelsOf(int step, int batch) => CounterRandom.Normal(RandomStream.Key(1, $"pixels/{step}"), [2 * batch, Pixels], CPU);
}
