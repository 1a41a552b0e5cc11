using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>
/// Stacks on the GPU, or on the processor where there is none, by width: against the limits of arithmetic and of memory, and
/// against PyTorch on the same device, in a loop over trials and stacked by vmap. Then the backbone, and a whole atlas.
/// </summary>
internal static class GpuBenchmark
{
    private const double Seconds = 2;
    private const int Rounds = 3;
    private const int BytesOfFloat = 4;

    // Weights, gradients and two moments, each read and written once, and the gradient's own making.
    private const int PassesOverParameters = 9;

    public static void Run()
    {
        var device = Devices.Resolve("auto");
        var isGpu = device != "cpu";
        int[] widths = isGpu ? [1, 8, 64, 512, 2048] : [1, 8, 64];
        var (flops, bytes) = (StepBenchmark.FlopsOfAStep(), BytesOfAStep());
        var (rate, bandwidth) = (Best(() => isGpu ? MatrixProductRate(device) : StepBenchmark.MatrixProductRate(Environment.ProcessorCount)), Best(() => Bandwidth(device)));
        var limit = Math.Min(rate / flops, bandwidth / bytes);
        Console.WriteLine($"gpu: {(isGpu ? NvidiaDriver.Ask().Gpus[0].Name : $"no GPU, so the processor with {Environment.ProcessorCount} cores")}, {NativeRuntime.Libtorch}");
        Console.WriteLine(Invariant($"float32 matrix products {rate / 1e9:0} GFLOP/s, memory {bandwidth / 1e9:0} GB/s; a trial-step has {flops / 1e9:0.000} GFLOP and {bytes / 1e6:0.0} MB"));
        Console.WriteLine(Invariant($"limits: {rate / flops:0} trial-steps/s by arithmetic, {bandwidth / bytes:0} by memory"));

        var pytorch = PyTorch(device, widths);
        if (pytorch is null) Console.WriteLine("PyTorch: none of python3's here");
        else Console.WriteLine(Invariant($"PyTorch {pytorch.Version}: a loop over trials {pytorch.Loop:0.0} trial-steps/s"));

        Console.WriteLine("width   trial-steps/s   of the limit   against the loop   against vmap");
        foreach (var width in widths)
        {
            var ours = TrialSteps(device, width);
            var vmap = pytorch?.Vmap.GetValueOrDefault(width.ToString(CultureInfo.InvariantCulture));
            Console.WriteLine(Invariant($"{width,5} {ours,15:0} {ours / limit,14:0%} {Ratio(ours, pytorch?.Loop),18} {Ratio(ours, vmap),14}"));
        }

        var images = BackboneImages(device);
        Console.WriteLine(Invariant($"VGG16 {images:0} images/s, against PyTorch {Ratio(images, pytorch?.Backbone)}"));
        Atlas(device, isGpu);
    }

    private static string Ratio(double ours, double? theirs) => theirs is > 0 ? Invariant($"{ours / theirs:0.00}×") : "–";

    // Other processes only ever take away.
    private static double Best(Func<double> rate) => Enumerable.Range(0, Rounds).Max(_ => rate());

    private static double BytesOfAStep()
    {
        var cost = TrialCost.Of(TrialSettings.From(TrialCatalogue.Parameters));
        return (cost.Parameters * BytesOfFloat * PassesOverParameters) + (2 * cost.StepBytes);
    }

    private static double TrialSteps(string device, int width)
    {
        var trials = Enumerable.Range(0, width).Select(i => Trial.Of(
            TrialSettings.From(TrialCatalogue.Parameters, ("loss.variance_weight", 1 + (0.1 * i))), seed: 0));
        using var stack = new Stack([.. trials], totalSteps: 1_000_000, new Device(device));
        using var batch = randn(2 * StepBenchmark.Batch, StackLayout.Features, device: new Device(device));
        return width * PerSecond(device, () => stack.Step([batch]));
    }

    private static double MatrixProductRate(string device)
    {
        const int size = 4096;
        using var scope = NewDisposeScope();
        var (a, b) = (rand(size, size, device: new Device(device)), rand(size, size, device: new Device(device)));
        return 2.0 * size * size * size * PerSecond(device, () => matmul(a, b).Dispose());
    }

    private static double Bandwidth(string device)
    {
        const long floats = 1 << 26;
        using var scope = NewDisposeScope();
        var (from, to) = (rand(floats, device: new Device(device)), zeros(floats, device: new Device(device)));
        return 2.0 * BytesOfFloat * floats * PerSecond(device, () => to.copy_(from));
    }

    /// <summary>With the type that <c>auto</c> takes on the device.</summary>
    private static double BackboneImages(string device)
    {
        using var gradientOff = no_grad();
        var place = new Device(device);
        using var vgg = Vgg16.Random(0, BackbonePrecisions.Resolve("auto", place), place);
        var count = vgg.Batch.Most * vgg.Batch.Callers;
        using var images = rand(count, 3, 32, 32, device: place);
        var pieces = vgg.Batch.Split(count);
        return count * PerSecond(device, () => vgg.Batch.Share(pieces.Count, piece =>
        {
            using var off = no_grad();
            using var some = images.narrow(0, pieces[piece].First, pieces[piece].Count);
            vgg.Forward(some).Dispose();
        }));
    }

    /// <summary>Two thousand points, bank and all; on a processor few of them, to see that it runs.</summary>
    private static void Atlas(string device, bool isGpu)
    {
        var source = Environment.GetEnvironmentVariable("CIFAR10_DIR") is null ? "shapes" : "cifar10";
        var (variances, covariances, images, epochs) = isGpu ? (50, 40, 10_000, 10) : (8, 8, 1_000, 2);
        var cache = Directory.CreateTempSubdirectory("vicreg-bench-cache-");
        try
        {
            var (seconds, trials) = Sweep.Run(
                $$"""
                version: 1
                name: atlas
                seeds: 1
                fixed:
                  data.source: {{source}}
                  data.train_images: {{images}}
                  train.epochs: {{epochs}}
                grid:
                  loss.variance_weight: {log: [0.1, 100], count: {{variances}}}
                  loss.covariance_weight: {log: [0.01, 10], count: {{covariances}}}
                """,
                cache.FullName,
                device);
            Console.WriteLine(Invariant($"atlas: {trials} points, {images} images of {source}, {epochs} epochs, bank included: {seconds:0.0} s"));
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }

    private static double PerSecond(string device, Action action)
    {
        for (var i = 0; i < 3; i++) action();
        Wait(device);
        var (watch, calls) = (Stopwatch.StartNew(), 0);
        do
        {
            action();
            calls++;
            if (calls % 5 == 0) Wait(device);    // launches run ahead of what is done
        }
        while (watch.Elapsed.TotalSeconds < Seconds);

        Wait(device);
        return calls / watch.Elapsed.TotalSeconds;
    }

    private static void Wait(string device)
    {
        if (device != "cpu") cuda.synchronize();
    }

    /// <returns>Null where no Python has PyTorch.</returns>
    private static PyTorchRates? PyTorch(string device, IReadOnlyList<int> widths) =>
        Python.Output("pytorch_stack.py", [device, .. widths.Select(w => w.ToString(CultureInfo.InvariantCulture))]) is { } output
            ? JsonSerializer.Deserialize<PyTorchRates>(output, JsonSerializerOptions.Web)
            : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record PyTorchRates(string Version, double Loop, IReadOnlyDictionary<string, double> Vmap, double Backbone);
}
