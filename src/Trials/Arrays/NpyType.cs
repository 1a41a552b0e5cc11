using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Arrays;

/// <summary>An element type of the NPY format.</summary>
/// <param name="Kind"><c>f</c>, <c>i</c> or <c>u</c>, as NumPy names floating-point, signed and unsigned numbers.</param>
/// <param name="Bytes">Of one element.</param>
internal sealed record NpyType(char Kind, int Bytes, bool IsBigEndian)
{
    /// <param name="name">As in a file's header, such as <c>&lt;f4</c>.</param>
    /// <returns>Null for what is no number, and for numbers that this reader does not have.</returns>
    public static NpyType? Named(string name)
    {
        var isKnown = name.Length == 3
            && name[0] is '<' or '>' or '|'
            && name[1..] is "f2" or "f4" or "f8" or "i1" or "i2" or "i4" or "i8" or "u1" or "u2" or "u4" or "u8"
            && (name[0] != '|' || name[2] == '1'); // One byte has no order; more bytes must have one.
        return isKnown ? new NpyType(name[1], name[2] - '0', name[0] == '>') : null;
    }

    /// <summary>What a tensor's elements are called in a header.</summary>
    public static string NameOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => "<f4",
        ScalarType.Float64 => "<f8",
        ScalarType.Int64 => "<i8",
        var other => throw new ArgumentException($"Tensors of {other} are not written as NPY.", nameof(tensor)),
    };

    /// <summary>Turns a file's elements into numbers.</summary>
    /// <param name="elements">As in the file; put into this machine's order in place.</param>
    /// <param name="to">One number an element.</param>
    /// <exception cref="OverflowException">A number does not fit.</exception>
    public void Decode<T>(Span<byte> elements, Span<T> to)
        where T : INumberBase<T>
    {
        if (IsBigEndian)
        {
            for (var start = 0; start < elements.Length; start += Bytes)
                elements.Slice(start, Bytes).Reverse();
        }

        switch ((Kind, Bytes))
        {
            case ('f', 2): Convert<Half, T>(elements, to); break;
            case ('f', 4): Convert<float, T>(elements, to); break;
            case ('f', 8): Convert<double, T>(elements, to); break;
            case ('i', 1): Convert<sbyte, T>(elements, to); break;
            case ('i', 2): Convert<short, T>(elements, to); break;
            case ('i', 4): Convert<int, T>(elements, to); break;
            case ('i', 8): Convert<long, T>(elements, to); break;
            case ('u', 1): Convert<byte, T>(elements, to); break;
            case ('u', 2): Convert<ushort, T>(elements, to); break;
            case ('u', 4): Convert<uint, T>(elements, to); break;
            case ('u', 8): Convert<ulong, T>(elements, to); break;
        }
    }

    private static void Convert<TFrom, T>(Span<byte> elements, Span<T> to)
        where TFrom : unmanaged, INumberBase<TFrom>
        where T : INumberBase<T>
    {
        var from = MemoryMarshal.Cast<byte, TFrom>(elements);
        for (var i = 0; i < from.Length; i++)
            to[i] = T.CreateChecked(from[i]);
    }
}
