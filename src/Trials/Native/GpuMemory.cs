using TorchSharp;
using VicRegSweeps.Trials.Costs;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Native;

/// <summary>What goes into the memory of a GPU, by what is free there.</summary>
internal static class GpuMemory
{
    /// <summary>However much memory there is: a wider stack is more to do again after a kill.</summary>
    public const int WidestStack = 2048;

    /// <summary>Where the driver does not say what is free.</summary>
    public const int CautiousStack = 512;

    // The bank leaves room for the stack, and the stack for what libraries and the allocator's rounding take.
    private const double ShareOfBank = 0.5;
    private const double ShareOfStack = 0.8;

    /// <summary>Whether a bank of so many bytes is to lie on a device. A processor has one memory.</summary>
    public static bool HasRoomFor(long bytes, Device device) =>
        device.type == DeviceType.CPU || NvidiaDriver.FreeBytes(Math.Max(0, device.index)) is not { } free || bytes <= ShareOfBank * free;

    /// <summary>The most trials of a shape to train together; if it is still too many, the stack is halved when memory runs out.</summary>
    /// <param name="free">Bytes; null where the driver does not say.</param>
    public static int StackWidth(ShapeCost cost, long? free) =>
        free is { } bytes ? (int)Math.Clamp(ShareOfStack * bytes / cost.Bytes(1, 1), 1, WidestStack) : CautiousStack;
}
