using System.Numerics.Tensors;
using VicRegSweeps.Trials.Arrays.Products;
using Tensor = TorchSharp.torch.Tensor;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>One block of a network in evaluation mode, on one core: its product, and then row by row all that lies before the next one.</summary>
/// <remarks>As in <see cref="BlockPass{T}"/> a row has a unit's values of all samples, so that it stays in the nearest cache meanwhile.</remarks>
internal static class FrozenBlock
{
    /// <param name="x">[K, M, in], for which <see cref="TensorProducts.AreOurs"/>.</param>
    /// <param name="weight">[K, out, in].</param>
    /// <param name="bias">[K, out].</param>
    /// <param name="norm">What BatchNorm multiplies with and adds, [K, out] each; null without BatchNorm.</param>
    /// <returns>[K, M, out], in memory [K, out, M].</returns>
    public static Tensor Of(LayerBlock block, Tensor x, Tensor weight, Tensor bias, (Tensor Scale, Tensor Shift)? norm)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var y = TensorProducts.Of(weight, x.transpose(1, 2)); // [K, out, M]
        using var rows = Matrix<float>.Over(y.view(-1, y.shape[2]));
        using var biases = Row(bias);
        using var scales = norm is { } n ? Row(n.Scale) : null;
        using var shifts = norm is { } m ? Row(m.Shift) : null;
        for (var unit = 0; unit < rows.Rows; unit++)
        {
            var row = rows[unit];
            if (block.Gate is null) TensorPrimitives.Add(row, biases.All[unit], row);
            else Gate.Forward(row, biases.All[unit], []);
            if (scales is not null)
            {
                TensorPrimitives.Multiply(row, scales.All[unit], row);
                TensorPrimitives.Add(row, shifts!.All[unit], row);
            }

            if (block.IsRectified) TensorPrimitives.Max(row, 0, row);
        }

        return y.transpose(1, 2).MoveToOuterDisposeScope();
    }

    private static Matrix<float> Row(Tensor tensor) => Matrix<float>.Over(tensor.contiguous().flatten());
}
