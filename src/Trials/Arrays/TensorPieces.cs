using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Arrays;

/// <summary>A tensor's bytes, piece by piece: spans end at 2 GiB, tensors do not.</summary>
internal static class TensorPieces
{
    private const long ElementsPerPiece = 1 << 24;

    public delegate void UseBytes(Span<byte> bytes);

    public delegate void ReadBytes(ReadOnlySpan<byte> bytes);

    /// <param name="tensor">Contiguous, on the processor.</param>
    /// <param name="use">Called with each piece in order; may change the bytes, which are the tensor's own.</param>
    public static void ForEach(Tensor tensor, UseBytes use)
    {
        using var scope = NewDisposeScope();
        foreach (var piece in PiecesOf(tensor)) use(piece.bytes);
    }

    /// <param name="tensor">Contiguous, on any device.</param>
    /// <param name="read">Called with each piece in order.</param>
    public static void Read(Tensor tensor, ReadBytes read)
    {
        using var scope = NewDisposeScope();
        if (tensor.device.type == TorchSharp.DeviceType.CPU)
        {
            foreach (var piece in PiecesOf(tensor)) read(piece.bytes);
            return;
        }

        var room = ForCopies([Math.Min(ElementsPerPiece, tensor.NumberOfElements)], tensor.dtype);
        foreach (var piece in PiecesOf(tensor)) read(room.narrow(0, 0, piece.NumberOfElements).copy_(piece).bytes);
    }

    /// <summary>
    /// Memory of the processor that cannot be swapped out, to which a GPU copies ten times as fast. libtorch keeps what is given back of it
    /// for whoever asks next.
    /// </summary>
    public static Tensor ForCopies(long[] shape, ScalarType type)
    {
        using var swappable = empty(shape, type);
        return swappable.pin_memory();
    }

    private static IEnumerable<Tensor> PiecesOf(Tensor tensor)
    {
        var flat = tensor.reshape(-1); // A view, [elements].
        for (var start = 0L; start < flat.NumberOfElements; start += ElementsPerPiece)
            yield return flat.narrow(0, start, Math.Min(ElementsPerPiece, flat.NumberOfElements - start));
    }
}
