using System.Runtime.InteropServices;

namespace VicRegSweeps.Trials.Arrays.Products;

/// <summary>Floats outside the garbage collector's heap, at the start of a cache line, zero at first.</summary>
internal sealed unsafe class FloatBlock : IDisposable
{
    private const int CacheLine = 64;

    public FloatBlock(long count)
    {
        Count = count;
        Start = (float*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(float)), CacheLine);
        NativeMemory.Clear(Start, (nuint)(count * sizeof(float)));
    }

    ~FloatBlock() => Free();

    public float* Start { get; private set; }

    public long Count { get; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(Start);
        Start = null;
    }
}
