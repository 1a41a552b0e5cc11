using System.Globalization;
using TorchSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Stacks.Gpu;

namespace VicRegSweeps.Trials.Native;

/// <summary>Where trials are trained.</summary>
public static class Devices
{
    /// <summary>The device that a user's word means.</summary>
    /// <param name="word"><c>auto</c> (the first GPU if there is one), <c>cpu</c>, <c>cuda</c> (the first GPU) or <c>cuda:N</c>.</param>
    /// <param name="place">Which of several workers asks, from 0: where no GPU is named, each takes the next.</param>
    /// <returns><c>cpu</c> or <c>cuda:N</c>; libtorch is loaded, and has the device.</returns>
    /// <exception cref="SweepException">There is no such word, or no such GPU.</exception>
    /// <remarks>Where a GPU is asked for and the package's libtorch is for the processor alone, the PyTorch of <c>python3</c> is taken if it can do it.</remarks>
    public static string Resolve(string word, int place = 0)
    {
        var asked = GpuOf(word);
        Choose(asked);
        NativeRuntime.EnsureLoaded();
        var gpus = word == "cpu" ? 0 : GpuCount();
        if (asked is { } index && index >= gpus) throw new SweepException(WhyNot(word, gpus, NativeRuntime.Libtorch, NvidiaDriver.Ask()));

        return gpus == 0 ? "cpu" : string.Create(CultureInfo.InvariantCulture, $"cuda:{(word.Contains(':', StringComparison.Ordinal) ? asked : place % gpus)}");
    }

    /// <summary>What <see cref="Resolve"/> would refuse, as far as the driver and the files tell: libtorch is not loaded.</summary>
    /// <exception cref="SweepException">As of <see cref="Resolve"/>.</exception>
    public static void Check(string word)
    {
        var asked = GpuOf(word);
        Choose(asked);
        if (asked is not { } index) return;

        var (libtorch, driver) = (NativeRuntime.Libtorch, NvidiaDriver.Ask());
        var gpus = libtorch.HasCuda ? driver.Gpus.Count : 0;
        if (index >= gpus) throw new SweepException(WhyNot(word, gpus, libtorch, driver));
    }

    /// <summary>How many GPUs libtorch can use; it is loaded.</summary>
    public static int GpuCount() => NativeRuntime.Libtorch.HasCuda && torch.cuda.is_available() ? torch.cuda.device_count() : 0;

    /// <summary>Why libtorch uses no GPU, as the end of a sentence with the way out; null where it uses one.</summary>
    /// <param name="gpus">How many libtorch uses.</param>
    public static string? Obstacle(int gpus, Libtorch libtorch, NvidiaDriver driver) =>
        gpus > 0 ? null
        : driver.Problem is { } problem ? $"{problem}; install or repair the driver, or use --device cpu"
        : !libtorch.HasCuda ? $"{libtorch} is for the processor alone; build with Libtorch=cuda, or name a PyTorch {Libtorch.BuiltFor} that has CUDA with --libtorch"
        : $"{libtorch} finds no GPU where NVIDIA's driver finds {driver.Gpus.Count}: the driver runs CUDA {driver.CudaVersion} and older, the libtorch needs {libtorch.CudaVersion ?? "a newer one"}; update the driver, or take a PyTorch for an older CUDA";

    /// <summary>Why stacks step on the first GPU by libtorch's operations and not by kernels of their own, as a sentence; null where they do.</summary>
    /// <remarks>Libtorch is loaded, and has a GPU.</remarks>
    public static string? StepObstacle()
    {
        CudaKernels.TryCreate(new torch.Device("cuda:0"), out var obstacle)?.Dispose();
        return obstacle;
    }

    /// <summary>The sentence for a GPU that was asked for and cannot be used.</summary>
    internal static string WhyNot(string word, int gpus, Libtorch libtorch, NvidiaDriver driver) =>
        Obstacle(gpus, libtorch, driver) is { } obstacle ? $"--device is '{word}', but {obstacle}."
        : gpus == 1 ? $"--device is '{word}', but this machine has 1 GPU, cuda:0."
        : string.Create(CultureInfo.InvariantCulture, $"--device is '{word}', but this machine has {gpus} GPUs, from cuda:0 to cuda:{gpus - 1}.");

    /// <summary>Takes the PyTorch of python3 where a GPU is asked for and the package cannot use one; nobody named another.</summary>
    private static void Choose(int? asked)
    {
        if (NativeRuntime.Libtorch is { IsPackage: true, HasCuda: false } && asked is not null
            && Libtorch.OfPython() is { HasCuda: true } pytorch && pytorch.Refusal() is null)
        {
            NativeRuntime.Use(pytorch);
        }
    }

    /// <returns>The number of the GPU that a word names; null where it names none.</returns>
    /// <exception cref="SweepException">There is no such word.</exception>
    internal static int? GpuOf(string word)
    {
        if (word == "cuda") return 0;
        if (word.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(word.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return index;

        return word is "auto" or "cpu" ? null : throw new SweepException($"--device is '{word}', but must be auto, cpu, cuda or cuda:N.");
    }
}
