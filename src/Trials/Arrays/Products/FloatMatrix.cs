using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Arrays.Products;

/// <summary>A matrix of floats somewhere in memory, of any layout.</summary>
/// <param name="RowStep">Floats from one row to the next.</param>
/// <param name="ColumnStep">Floats from one column to the next.</param>
internal readonly unsafe record struct FloatMatrix(nint Address, int Rows, int Columns, nint RowStep, nint ColumnStep)
{
    public float* Start => (float*)Address;

    public FloatMatrix Transposed => new(Address, Columns, Rows, ColumnStep, RowStep);

    /// <summary>The numbers of a tensor: libtorch's own memory, which no collector moves, and which must outlive this.</summary>
    /// <param name="tensor">[rows, columns], float32, contiguous and on the processor.</param>
    public static FloatMatrix Over(Tensor tensor)
    {
        fixed (byte* first = tensor.bytes) return new FloatMatrix((nint)first, (int)tensor.shape[0], (int)tensor.shape[1], (nint)tensor.shape[1], 1);
    }

    public override string ToString() => $"[{Rows}, {Columns}]";
}
