using VicRegSweeps.Trials.Arrays.Products;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>A matrix on the processor, with rows in one piece, that both products and C#'s loops over rows work on.</summary>
/// <remarks>Owns its tensor, but not the memory of one that it was made over: that must outlive it.</remarks>
internal sealed unsafe class Matrix<T> : IDisposable
    where T : unmanaged
{
    private readonly nint elements;

    private Matrix(Tensor tensor)
        : this(tensor, AddressOf(tensor))
    {
    }

    private Matrix(Tensor tensor, nint elements)
    {
        this.elements = elements;
        Tensor = tensor.DetachFromDisposeScope();
        Transposed = tensor.t().DetachFromDisposeScope();
        (Rows, Columns, RowStep) = ((int)tensor.shape[0], (int)tensor.shape[1], (nint)tensor.stride(0));
    }

    /// <summary>[rows, columns].</summary>
    public Tensor Tensor { get; }

    /// <summary>[columns, rows], the same memory.</summary>
    public Tensor Transposed { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Elements from one row to the next.</summary>
    public nint RowStep { get; }

    /// <summary>The elements of a matrix in one piece.</summary>
    public Span<T> All => new((T*)elements, Rows * Columns);

    public Span<T> this[int row] => new((T*)elements + (row * RowStep), Columns);

    /// <summary>As a factor of a product.</summary>
    public Factor<T> Plain => new(this, IsTransposed: false);

    /// <summary>As a factor of a product, [columns, rows].</summary>
    public Factor<T> Turned => new(this, IsTransposed: true);

    /// <summary>Where the elements lie; of floats alone.</summary>
    public FloatMatrix Floats => new(elements, Rows, Columns, RowStep, 1);

    public static Matrix<T> Zeros(int rows, int columns) => new(zeros([rows, columns], Type));

    /// <summary>A view of a contiguous tensor's memory.</summary>
    /// <param name="tensor">[rows, columns], or [columns] for a single row.</param>
    public static Matrix<T> Over(Tensor tensor) => new(tensor.dim() == 1 ? tensor.view(1, -1) : tensor.alias());

    /// <summary>Some columns of this one, the same memory.</summary>
    public Matrix<T> Narrow(int first, int count) => new(Tensor.narrow(1, first, count), elements + (first * sizeof(T)));

    public void Dispose()
    {
        Transposed.Dispose();
        Tensor.Dispose();
    }

    /// <summary>libtorch's own memory, which no collector moves.</summary>
    private static nint AddressOf(Tensor tensor)
    {
        fixed (byte* first = tensor.bytes) return (nint)first;
    }

    private static ScalarType Type => typeof(T) == typeof(float) ? ScalarType.Float32
        : typeof(T) == typeof(double) ? ScalarType.Float64
        : throw new NotSupportedException($"Stacks are trained in single or double precision, not in {typeof(T).Name}.");
}
