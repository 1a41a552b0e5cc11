using TorchSharp;
using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>The type that the frozen backbone computes in. Its features are float32 either way.</summary>
public enum BackbonePrecision
{
    Float32,

    /// <summary>Several times faster where the hardware has it; features differ by about 2 % of their centred norm.</summary>
    BFloat16,
}

/// <summary>What <c>backbone.precision</c> may say.</summary>
public static class BackbonePrecisions
{
    public static readonly IReadOnlyList<string> Words = ["auto", "float32", "bfloat16"];

    /// <summary>The type that a word stands for on a device; <c>auto</c> is bfloat16 where the hardware multiplies it.</summary>
    /// <remarks>Features, and so results, differ slightly between the two: name one to compare runs across machines.</remarks>
    public static BackbonePrecision Resolve(string word, Device device) => word switch
    {
        "float32" => BackbonePrecision.Float32,
        "bfloat16" => BackbonePrecision.BFloat16,
        "auto" => device.type == DeviceType.CUDA || ProcessorMultipliesBFloat16() ? BackbonePrecision.BFloat16 : BackbonePrecision.Float32,
        _ => throw new SweepException($"'backbone.precision' is '{word}', but must be one of {string.Join(", ", Words)}."),
    };

    private static bool ProcessorMultipliesBFloat16()
    {
        const string Processors = "/proc/cpuinfo";
        if (!File.Exists(Processors))
            return false;
        var flags = File.ReadLines(Processors).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        return flags.Split(' ').Any(flag => flag is "avx512_bf16" or "amx_bf16");
    }
}
