using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VicRegSweeps.Trials.Native;

/// <summary>What kind of processor or GPU computes: on one kind results are the same to the last bit, and between kinds to rounding.</summary>
public static class ComputingKind
{
    private const string Facts = "/proc/cpuinfo";
    private const string Model = "model name";

    /// <summary>The kind of this machine's processor, such as <c>AMD EPYC 9755, vectors of 512 bits</c>.</summary>
    /// <remarks>Vectors are the widest that .NET uses here, which is less than the processor has where it would slow down for them.</remarks>
    public static string Processor { get; } = $"{ModelIn(Lines())}, vectors of {Bits} bits";

    private static int Bits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>The name of a GPU; null for the processor, or where NVIDIA's driver knows of no such GPU.</summary>
    /// <param name="device">Resolved, such as <c>cpu</c> or <c>cuda:0</c>.</param>
    public static string? Gpu(string device) =>
        device == "cpu" ? null : NvidiaDriver.Ask().Gpus.FirstOrDefault(gpu => $"cuda:{gpu.Index}" == device || (device == "cuda" && gpu.Index == 0))?.Name;

    /// <param name="lines">Those of <c>/proc/cpuinfo</c>.</param>
    internal static string ModelIn(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => line.StartsWith(Model, StringComparison.Ordinal))?.Split(':', 2) is [_, var name] && name.Trim() is { Length: > 0 } model
            ? model : $"{RuntimeInformation.ProcessArchitecture}";

    private static string[] Lines()
    {
        try
        {
            return File.ReadAllLines(Facts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
