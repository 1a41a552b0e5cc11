using System.Globalization;
using TorchSharp;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials;

/// <summary>Where trials are trained.</summary>
public static class Devices
{
    /// <summary>The device that a user's word means.</summary>
    /// <param name="word"><c>auto</c> (the first GPU if there is one), <c>cpu</c>, <c>cuda</c> (the first GPU) or <c>cuda:N</c>.</param>
    /// <param name="place">Which of several workers asks, from 0: where no GPU is named, each takes the next.</param>
    /// <returns><c>cpu</c> or <c>cuda:N</c>; libtorch is loaded, and has the device.</returns>
    /// <exception cref="SweepException">There is no such word, or no such GPU.</exception>
    public static string Resolve(string word, int place = 0)
    {
        var index = 0;
        var isGpu = word == "cuda" || (word.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(word.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index));
        if (!isGpu && word is not ("auto" or "cpu"))
        {
            throw new SweepException($"--device is '{word}', but must be auto, cpu, cuda or cuda:N.");
        }

        NativeRuntime.EnsureLoaded();
        var gpus = word != "cpu" && torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        if (isGpu && index >= gpus)
        {
            throw new SweepException(gpus == 0
                ? $"--device is '{word}', but libtorch finds no GPU; use --device cpu, or build with Libtorch=cuda on a machine that has one."
                : $"--device is '{word}', but this machine has {gpus} GPU{(gpus == 1 ? "" : "s")}, from cuda:0 to cuda:{gpus - 1}.");
        }

        return gpus == 0 ? "cpu" : word.StartsWith("cuda:", StringComparison.Ordinal) ? $"cuda:{index}" : $"cuda:{place % gpus}";
    }
}
