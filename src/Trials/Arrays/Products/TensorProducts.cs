using TorchSharp;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Arrays.Products;

/// <summary>Products of tensors by kernels of our own where those are quicker than libtorch's.</summary>
internal static class TensorProducts
{
    [ThreadStatic]
    private static FloatProducts? OfThread;

    /// <summary>Whether products with this tensor are computed by our own kernels: of floats, on the processor, and on the thread that asks alone.</summary>
    public static bool AreOurs(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.dtype == float32 && get_num_threads() == 1;

    /// <summary>The products of matrices side by side, without a gradient.</summary>
    /// <param name="left">[K, m, l].</param>
    /// <param name="right">[K, l, n].</param>
    /// <returns>[K, m, n].</returns>
    public static Tensor Of(Tensor left, Tensor right)
    {
        if (!AreOurs(left)) return bmm(left, right);

        using var scope = NewDisposeScope();
        var result = empty([left.shape[0], left.shape[1], right.shape[2]]);
        var products = OfThread ??= FloatProducts.Create();
        for (var k = 0L; k < left.shape[0]; k++) products.Multiply(FloatMatrix.Over(result[k]), Matrix(left[k]), Matrix(right[k]));
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Rows or columns of it lie in one piece; else a copy's rows do, which the scope around owns.</summary>
    private static FloatMatrix Matrix(Tensor tensor) =>
        tensor.is_contiguous() ? FloatMatrix.Over(tensor)
        : tensor.t() is var turned && turned.is_contiguous() ? FloatMatrix.Over(turned).Transposed
        : FloatMatrix.Over(tensor.contiguous());
}
