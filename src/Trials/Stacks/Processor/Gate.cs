using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>ReLU forwards and backwards, with dropout where there is any. NaN stays NaN.</summary>
internal static class Gate
{
    /// <summary>max(0, x + bias) · factors, in place.</summary>
    /// <param name="factors">Of dropout: 0 or 1/(1 − p), as long as the row; empty without dropout.</param>
    public static void Forward<T>(Span<T> row, T bias, ReadOnlySpan<T> factors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Add(row, bias, row);
        TensorPrimitives.Max(row, T.Zero, row);
        if (!factors.IsEmpty)
        {
            TensorPrimitives.Multiply(row, factors, row);
        }
    }

    /// <summary>The gradient times <paramref name="factor"/> where the output was above zero, and zero elsewhere, in place.</summary>
    /// <param name="gradient">Of the output; becomes the input's.</param>
    /// <param name="output">What came out of <see cref="Forward"/>.</param>
    /// <param name="factor">1/(1 − p).</param>
    public static void Backward<T>(Span<T> gradient, ReadOnlySpan<T> output, T factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var gradients = MemoryMarshal.Cast<T, Vector<T>>(gradient);
        var outputs = MemoryMarshal.Cast<T, Vector<T>>(output);
        var factors = new Vector<T>(factor);
        for (var i = 0; i < gradients.Length; i++)
        {
            gradients[i] = Vector.ConditionalSelect(Vector.GreaterThan(outputs[i], Vector<T>.Zero), gradients[i] * factors, Vector<T>.Zero);
        }

        for (var i = gradients.Length * Vector<T>.Count; i < gradient.Length; i++)
        {
            gradient[i] = output[i] > T.Zero ? gradient[i] * factor : T.Zero;
        }
    }
}
