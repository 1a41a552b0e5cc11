using VicRegSweeps.Trials.Arrays.Products;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>Products of matrices on one core: of floats by kernels of our own, of doubles, which tests compare with, by libtorch.</summary>
internal sealed class Products<T> : IDisposable
    where T : unmanaged
{
    private readonly FloatProducts? floats = typeof(T) == typeof(float) ? FloatProducts.Create() : null;

    /// <summary>Makes <paramref name="result"/> the product of two matrices.</summary>
    public void Set(Matrix<T> result, Factor<T> left, Factor<T> right)
    {
        if (floats is null) result.Tensor.addmm_(left.Tensor, right.Tensor, beta: 0, alpha: 1);
        else floats.Multiply(result.Floats, left.Floats, right.Floats);
    }

    /// <summary>Adds the product of two matrices to <paramref name="result"/>.</summary>
    public void Add(Matrix<T> result, Factor<T> left, Factor<T> right)
    {
        if (floats is null) result.Tensor.addmm_(left.Tensor, right.Tensor, beta: 1, alpha: 1);
        else floats.Multiply(result.Floats, left.Floats, right.Floats, isAdded: true);
    }

    /// <summary>Fills <paramref name="turned"/> with the rows of a matrix as columns.</summary>
    public static unsafe void Turn(Matrix<T> matrix, Matrix<T> turned)
    {
        if (typeof(T) == typeof(float)) Panels.Copy(matrix.Floats.Transposed, 0, 0, turned.Rows, turned.Columns, turned.Floats.Start, turned.Columns);
        else turned.Tensor.copy_(matrix.Transposed);
    }

    public void Dispose() => floats?.Dispose();
}
