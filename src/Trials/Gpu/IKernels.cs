using System.Diagnostics.CodeAnalysis;

namespace VicRegSweeps.Trials.Gpu;

/// <summary>Kernels of one <see cref="KernelSource"/> on the memory of one device. A GPU does them in order and returns at once.</summary>
internal interface IKernels
{
    /// <summary>Starts a kernel with blocks of so many threads, <paramref name="columns"/> by <paramref name="rows"/> of them.</summary>
    /// <param name="kernel">Its name in the source.</param>
    /// <param name="arguments">As the kernel declares them; nothing checks their types.</param>
    void Blocks(string kernel, int columns, int rows, int threads, params ReadOnlySpan<KernelArgument> arguments);
}

/// <summary>An argument of a kernel: a pointer, a number or nothing.</summary>
/// <param name="Bits">The value in its first bytes.</param>
[SuppressMessage("Usage", "CA2225", Justification = "A kernel's arguments are written as they are.")]
internal readonly record struct KernelArgument(long Bits)
{
    public static implicit operator KernelArgument(nint pointer) => new(pointer);

    public static implicit operator KernelArgument(long number) => new(number);

    public static implicit operator KernelArgument(int number) => new(number);

    public static implicit operator KernelArgument(float number) => new(BitConverter.SingleToInt32Bits(number));

    public static implicit operator KernelArgument(bool truth) => new(truth ? 1 : 0);
}
