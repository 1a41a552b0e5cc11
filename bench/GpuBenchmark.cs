using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Backbone.Gpu;
using VicRegSweeps.Trials.Costs;
using VicRegSweeps.Trials.Gpu;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Native;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Stacks.Gpu;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>
/// Stacks on the GPU, or on the processor where there is none, by width: against the limits of arithmetic and of memory, and
/// against PyTorch on the same device, in a loop over trials and stacked by vmap. And the backbone against PyTorch's.
/// </summary>
internal static class GpuBenchmark
{
    private const double Seconds = 1;
    private const int Rounds = 3;
    private const int BytesOfFloat = 4;

    // Weights, gradients and two moments, each read and written once, and the gradient's own making.
    private const int PassesOverParameters = 9;

    private static readonly string Word = Devices.Resolve("auto");

    private static bool IsGpu => Word != "cpu";

    private static Device Place => new(Word);

    private static int[] Widths => IsGpu ? [1, 8, 64, 512, 2048] : [1, 8];

    /// <summary>Trial-steps a second by width, with the limits, PyTorch's, and the launches of a step.</summary>
    public static void Steps()
    {
        var (flops, bytes) = (StepBenchmark.FlopsOfAStep(), BytesOfAStep());
        var (rate, bandwidth) = (Best(() => IsGpu ? MatrixProductRate() : StepBenchmark.MatrixProductRate(Environment.ProcessorCount)), Best(Bandwidth));
        var limit = Math.Min(rate / flops, bandwidth / bytes);
        Console.WriteLine($"{(IsGpu ? NvidiaDriver.Ask().Gpus[0].Name : "no GPU, so the processor")}, {NativeRuntime.Libtorch}");
        Figures.Add("float32 matrix products", rate / 1e9, "GFLOP/s");
        Figures.Add("memory", bandwidth / 1e9, "GB/s");
        Figures.Add("limit by arithmetic", rate / flops, "trial-steps/s");
        Figures.Add("limit by memory", bandwidth / bytes, "trial-steps/s");
        if (IsGpu) Figures.Add("launches of a step, recorded", LaunchesOfAStep());

        var pytorch = PyTorch("step", Widths);
        if (pytorch is null) Console.WriteLine("PyTorch: none of python3's here");
        else Figures.Add("PyTorch, a loop over trials", pytorch.Loop, "trial-steps/s");

        foreach (var width in Widths)
        {
            var ours = TrialSteps(width, byTensorOperations: false);
            Figures.Add($"{width} trials", ours, "trial-steps/s");
            Figures.Add($"{width} trials, of the limit", ours / limit);
            if (IsGpu) Figures.Add($"{width} trials, by libtorch's operations", TrialSteps(width, byTensorOperations: true), "trial-steps/s");
            if (pytorch is null) continue;

            Figures.Add($"{width} trials, against the loop", ours / pytorch.Loop);
            if (pytorch.Vmap.TryGetValue(width.ToString(CultureInfo.InvariantCulture), out var vmap)) Figures.Add($"{width} trials, against vmap", ours / vmap);
        }
    }

    /// <summary>
    /// Images a second through VGG16 in the type that <c>auto</c> takes, alone and in a feature bank with views and files; and how near
    /// bfloat16's features are to float32's.
    /// </summary>
    public static void Backbone()
    {
        var images = BackboneImages();
        Figures.Add("VGG16", images, "images/s");
        var pytorch = PyTorch("backbone", []);
        if (pytorch is not null)
        {
            Figures.Add("VGG16 by PyTorch, channels-last", pytorch.Backbone, "images/s");
            Figures.Add("VGG16 against PyTorch", images / pytorch.Backbone);
        }

        Figures.Add("bfloat16 features against float32", BFloat16Difference(), "of the centred norm");
        Figures.Add("views", Views(), "images/s");
        var bank = BankImages();
        Figures.Add("feature bank", bank, "images/s");
        if (pytorch is not null) Figures.Add("feature bank against PyTorch's VGG16", bank / pytorch.Backbone);
        RequireKernels(BackboneKernels.Source);
    }

    /// <summary>An evaluation of a stack and what it is made of, in milliseconds.</summary>
    public static void Evaluation()
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        var settings = TrialSettings.From(TrialCatalogue.Parameters);
        using var data = EvaluationBenchmark.RandomData(settings, Place);
        using var stack = StackOf(IsGpu ? 512 : 4, byTensorOperations: false);
        using var batch = randn(2 * StepBenchmark.Batch, Vgg16.FeatureCount, device: Place);
        for (var i = 0; i < 20; i++) stack.Step([batch]);
        var evaluation = StackEvaluation.Of(settings, data);
        Add("whole", () => evaluation.Panels(stack, 1));

        var count = stack.Trials.Count;
        Add("network's outputs", () => Outputs(data.Reference, data.HeldOut, data.HeldOutView1, data.HeldOutView2));
        var (reference, heldOut) = (stack.Evaluate(data.Reference, 0, count), stack.Evaluate(data.HeldOut, 0, count));
        var spaces = new[]
        {
            ("embedding", reference.Embedding, heldOut.Embedding),
            ("representation", reference.Representation, heldOut.Representation),
        };
        foreach (var (space, known, asked) in spaces)
        {
            Add($"{space}, neighbours", () => NearestNeighbours.Top1(known, data.ReferenceLabels!, asked, data.HeldOutLabels!, 20, 0.07));
            Add($"{space}, probe", () => RidgeProbe.Top1(known, data.ReferenceLabels!, asked, data.HeldOutLabels!));
            Add($"{space}, panel", () => Panel.Of(asked, (asked, asked)));
            var exact = asked.to(float64);
            Add($"{space}, singular values once", () => SingularValues.Of(exact).Dispose());
            Add($"{space}, the same on the processor", () => SingularValues.OnProcessor(exact).Dispose());
            var (ours, lapacks) = (SingularValues.Of(exact).cpu(), SingularValues.OnProcessor(exact));
            Figures.Add($"{space}, their largest difference", (ours - lapacks).abs().max().item<double>() / lapacks.max().item<double>(), "of the largest");
        }

        RequireKernels(SingularValues.Source);

        void Outputs(params Tensor[] inputs)
        {
            using var inner = NewDisposeScope();
            foreach (var input in inputs) stack.Evaluate(input, 0, count);
        }

        static void Add(string name, Action action)
        {
            action();
            Wait();
            Figures.Add(name, 1e3 * Enumerable.Range(0, Rounds).Min(_ => Clock.Seconds(() =>
            {
                action();
                Wait();
            })), "ms");
        }
    }

    /// <summary>A few steps that are not recorded, for a profiler to look at.</summary>
    public static void Trace()
    {
        for (var i = 0; i < 2; i++)
        {
            using var stack = StackOf(IsGpu ? 512 : 2, byTensorOperations: false);
            using var batch = randn(2 * StepBenchmark.Batch, Vgg16.FeatureCount, device: Place);
            stack.Step([batch]);
            Wait();
        }
    }

    /// <summary>Says why, where a GPU does without them.</summary>
    private static void RequireKernels(KernelSource source)
    {
        if (IsGpu) _ = new CudaLauncher(source, Place);
    }

    private static double Best(Func<double> rate) => Enumerable.Range(0, Rounds).Max(_ => rate());    // Other processes only ever take away.

    private static double BytesOfAStep()
    {
        var cost = TrialCost.Of(TrialSettings.From(TrialCatalogue.Parameters));
        return (cost.Parameters * BytesOfFloat * PassesOverParameters) + (2 * cost.StepBytes);
    }

    private static Stack StackOf(int width, bool byTensorOperations)
    {
        var trials = Enumerable.Range(0, width).Select(i => Trial.Of(
            TrialSettings.From(TrialCatalogue.Parameters, ("loss.variance_weight", 1 + (0.1 * i))), seed: 0));
        return new Stack([.. trials], totalSteps: 1_000_000, Place, byTensorOperations: byTensorOperations);
    }

    private static double TrialSteps(int width, bool byTensorOperations)
    {
        using var stack = StackOf(width, byTensorOperations);
        using var batch = randn(2 * StepBenchmark.Batch, Vgg16.FeatureCount, device: Place);
        return width * PerSecond(() => stack.Step([batch]));
    }

    private static double LaunchesOfAStep()
    {
        CudaKernels? kernels = null;
        var trials = Enumerable.Range(0, 8).Select(i => Trial.Of(TrialSettings.From(TrialCatalogue.Parameters, ("loss.variance_weight", i)), seed: 0));
        using var stack = new Stack(
            [.. trials], 10, Place, ScalarType.Float32, cores: null, byTensorOperations: false, device => kernels = CudaKernels.TryCreate(device, out _));
        using var batch = randn(2 * StepBenchmark.Batch, Vgg16.FeatureCount, device: Place);
        for (var i = 0; i < 3; i++) stack.Step([batch]);
        Wait();
        return kernels?.Recorded ?? double.NaN;
    }

    private static double MatrixProductRate()
    {
        const int size = 4096;
        using var scope = NewDisposeScope();
        var (a, b) = (rand(size, size, device: Place), rand(size, size, device: Place));
        return 2.0 * size * size * size * PerSecond(() => matmul(a, b).Dispose());
    }

    private static double Bandwidth()
    {
        const long floats = 1 << 26;
        using var scope = NewDisposeScope();
        var (from, to) = (rand(floats, device: Place), zeros(floats, device: Place));
        return 2.0 * BytesOfFloat * floats * PerSecond(() => to.copy_(from));
    }

    private static double BackboneImages()
    {
        using var gradientOff = no_grad();
        using var vgg = Vgg16.Random(0, BackbonePrecisions.Resolve("auto", Place), Place);
        var count = vgg.Batch.Most * vgg.Batch.Callers;
        using var images = rand(count, 3, 32, 32, device: Place);
        var pieces = vgg.Batch.Split(count);
        return count * PerSecond(() => vgg.Batch.Share(pieces.Count, piece =>
        {
            using var off = no_grad();
            using var some = images.narrow(0, pieces[piece].First, pieces[piece].Count);
            vgg.Forward(some).Dispose();
        }));
    }

    private static double Views()
    {
        using var set = Noise(IsGpu ? 1024 : 64);
        using var augmentation = new Augmentation(AugmentationRecipe.SoloLearn, 0, Place);
        int[] places = [.. Enumerable.Range(0, set.Count)];
        return set.Count * PerSecond(() => augmentation.Apply(set, places, [.. places.Select(place => augmentation.Parameters(place, 0))]).Dispose());
    }

    /// <summary>The better of two banks, after a small one that pays for what comes only once.</summary>
    private static double BankImages()
    {
        var (trainImages, testImages) = IsGpu ? (50_000, 10_000) : (256, 32);
        using var vgg = Vgg16.Random(0, BackbonePrecisions.Resolve("auto", Place), Place);
        using var train = Noise(trainImages);
        using var test = Noise(testImages);
        using var few = Noise(testImages / 4);
        var cache = Directory.CreateTempSubdirectory("vicreg-bench-").FullName;
        try
        {
            Build(few, few, 0);
            return Enumerable.Range(1, 2).Max(seed => (9.0 * trainImages + 3.0 * testImages) / Clock.Seconds(() => Build(train, test, seed)));
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
        }

        void Build(ImageSet some, ImageSet others, long seed) =>
            FeatureBank.GetOrBuild(cache, some, others, AugmentationRecipe.SoloLearn, 8, vgg, seed, null, CancellationToken.None).Dispose();
    }

    private static ImageSet Noise(int images)
    {
        var pixels = new byte[images * 3 * ImageSet.SmallSide * ImageSet.SmallSide];
        new Random(images).NextBytes(pixels);
        return ImageSet.Create(pixels, [.. Enumerable.Range(0, images).Select(i => (long)(i % 10))], 10);
    }

    private static double BFloat16Difference()
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        using var half = Vgg16.Random(0, BackbonePrecision.BFloat16, Place);
        using var single = Vgg16.Random(0, BackbonePrecision.Float32, Place);
        var images = rand(512, 3, 32, 32, device: Place);
        var (a, b) = (half.Forward(images), single.Forward(images));
        return ((a - b).norm() / (b - b.mean([0L], keepdim: true)).norm()).cpu().item<float>();
    }

    private static double PerSecond(Action action)
    {
        for (var i = 0; i < 3; i++) action();
        Wait();
        var (watch, calls) = (Stopwatch.StartNew(), 0);
        do
        {
            action();
            calls++;
            if (calls % 20 == 0) Wait();    // launches run ahead of what is done
        }
        while (watch.Elapsed.TotalSeconds < Seconds);

        Wait();
        return calls / watch.Elapsed.TotalSeconds;
    }

    private static void Wait()
    {
        if (IsGpu) cuda.synchronize();
    }

    /// <returns>Null where no Python has PyTorch.</returns>
    private static PyTorchRates? PyTorch(string what, IReadOnlyList<int> widths) =>
        Python.Output("pytorch_stack.py", [Word, what, .. widths.Select(w => w.ToString(CultureInfo.InvariantCulture))]) is { } output
            ? JsonSerializer.Deserialize<PyTorchRates>(output, JsonSerializerOptions.Web)
            : null;

    private sealed record PyTorchRates(string Version, double Loop, IReadOnlyDictionary<string, double> Vmap, double Backbone);
}
