using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>A contiguous matrix on the processor that both libtorch's products and C#'s loops over rows work on.</summary>
/// <remarks>Owns its tensor, but not the memory of one that it was made over: that must outlive it.</remarks>
internal sealed unsafe class Matrix<T> : IDisposable
    where T : unmanaged
{
    private readonly nint elements;

    private Matrix(Tensor tensor)
    {
        Tensor = tensor.DetachFromDisposeScope();
        Transposed = tensor.t().DetachFromDisposeScope();
        (Rows, Columns) = ((int)tensor.shape[0], (int)tensor.shape[1]);
        fixed (byte* first = tensor.bytes)
        {
            elements = (nint)first; // libtorch's own memory, which no collector moves
        }
    }

    /// <summary>[rows, columns].</summary>
    public Tensor Tensor { get; }

    /// <summary>[columns, rows], the same memory.</summary>
    public Tensor Transposed { get; }

    public int Rows { get; }

    public int Columns { get; }

    public Span<T> All => new((T*)elements, Rows * Columns);

    public Span<T> this[int row] => new((T*)elements + ((nint)row * Columns), Columns);

    public static Matrix<T> Zeros(int rows, int columns) => new(zeros([rows, columns], Type));

    /// <summary>A view of a contiguous tensor's memory.</summary>
    /// <param name="tensor">[rows, columns], or [columns] for a single row.</param>
    public static Matrix<T> Over(Tensor tensor) => new(tensor.dim() == 1 ? tensor.view(1, -1) : tensor.alias());

    /// <summary>Makes this the product of two matrices, and allocates nothing.</summary>
    public void Product(Tensor left, Tensor right) => Tensor.addmm_(left, right, beta: 0, alpha: 1);

    public void Dispose()
    {
        Transposed.Dispose();
        Tensor.Dispose();
    }

    private static ScalarType Type => typeof(T) == typeof(float) ? ScalarType.Float32
        : typeof(T) == typeof(double) ? ScalarType.Float64
        : throw new NotSupportedException($"Stacks are trained in single or double precision, not in {typeof(T).Name}.");
}
