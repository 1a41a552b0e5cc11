using TorchSharp;
using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>The type that the frozen backbone computes in. Its features are float32 either way.</summary>
public enum BackbonePrecision
{
    Float32,

    /// <summary>Faster on a GPU and on a processor with matrix units; features differ by about 2 % of their centred norm.</summary>
    BFloat16,
}

/// <summary>What <c>backbone.precision</c> may say.</summary>
public static class BackbonePrecisions
{
    public static readonly IReadOnlyList<string> Words = ["auto", "float32", "bfloat16"];

    /// <summary>The type that a word stands for on a device; <c>auto</c> is bfloat16 on a GPU or a processor with matrix units.</summary>
    /// <remarks>
    /// Features, and so results, differ slightly between the two: name one to compare runs across machines. On a processor
    /// that multiplies bfloat16 in vectors alone (AVX512_BF16) float32 is preferred as the more exact, see docs/performance.md.
    /// </remarks>
    public static BackbonePrecision Resolve(string word, Device device) => word switch
    {
        "float32" => BackbonePrecision.Float32,
        "bfloat16" => BackbonePrecision.BFloat16,
        "auto" => device.type == DeviceType.CUDA || ProcessorHasMatrixUnits() ? BackbonePrecision.BFloat16 : BackbonePrecision.Float32,
        _ => throw new SweepException($"'backbone.precision' is '{word}', but must be one of {string.Join(", ", Words)}."),
    };

    private static bool ProcessorHasMatrixUnits()
    {
        const string Processors = "/proc/cpuinfo";
        if (!File.Exists(Processors))
            return false;
        var flags = File.ReadLines(Processors).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        return flags.Split(' ').Contains("amx_bf16");
    }
}
