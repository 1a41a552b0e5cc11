using VicRegSweeps.Trials.Arrays.Products;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>A factor of a product: a matrix, or the matrix that has its rows as columns.</summary>
internal readonly record struct Factor<T>(Matrix<T> Matrix, bool IsTransposed)
    where T : unmanaged
{
    public Tensor Tensor => IsTransposed ? Matrix.Transposed : Matrix.Tensor;

    public FloatMatrix Floats => IsTransposed ? Matrix.Floats.Transposed : Matrix.Floats;
}
