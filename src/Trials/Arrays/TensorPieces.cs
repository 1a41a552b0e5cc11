using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>A tensor's bytes, piece by piece: spans end at 2 GiB, tensors do not.</summary>
internal static class TensorPieces
{
    private const long ElementsPerPiece = 1 << 24;

    public delegate void UseBytes(Span<byte> bytes);

    /// <param name="tensor">Contiguous, on the processor.</param>
    /// <param name="use">Called with each piece in order; may change the bytes, which are the tensor's own.</param>
    public static void ForEach(Tensor tensor, UseBytes use)
    {
        using var scope = NewDisposeScope();
        var flat = tensor.reshape(-1); // A view, [elements].
        for (var start = 0L; start < flat.NumberOfElements; start += ElementsPerPiece)
            use(flat.narrow(0, start, Math.Min(ElementsPerPiece, flat.NumberOfElements - start)).bytes);
    }
}
