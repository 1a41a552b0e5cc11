using System.Numerics;
using System.Numerics.Tensors;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>BatchNorm of one dimension in training: a row of one view's samples, which stays in the first-level cache.</summary>
/// <remarks>Ioffe and Szegedy 2015, with PyTorch's ε and momentum.</remarks>
internal static class BatchNormRow
{
    public const double Epsilon = 1e-5;
    public const double Momentum = 0.1;

    /// <summary>Normalises a row to weight · x̂ + bias.</summary>
    /// <param name="x">[B].</param>
    /// <param name="y">[B], filled.</param>
    /// <param name="mean">Of the row.</param>
    /// <param name="inverse">1/sqrt(variance + ε), with the biased variance.</param>
    public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y, T weight, T bias, out T mean, out T inverse)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = T.CreateChecked(x.Length);
        mean = TensorPrimitives.Sum(x) / count;
        TensorPrimitives.Subtract(x, mean, y);
        inverse = T.One / T.Sqrt((TensorPrimitives.SumOfSquares<T>(y) / count) + T.CreateChecked(Epsilon));
        TensorPrimitives.Multiply(y, inverse * weight, y);
        if (bias != T.Zero)
        {
            TensorPrimitives.Add(y, bias, y);
        }
    }

    /// <summary>Turns the gradient of <see cref="Forward"/>'s output into that of its input, in place.</summary>
    /// <param name="x">The input, [B].</param>
    /// <param name="gradient">[B].</param>
    /// <param name="scratch">[B].</param>
    /// <param name="weightGradient">Added to.</param>
    /// <param name="biasGradient">Added to.</param>
    public static void Backward<T>(
        ReadOnlySpan<T> x, Span<T> gradient, T weight, T mean, T inverse, Span<T> scratch, ref T weightGradient, ref T biasGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Subtract(x, mean, scratch);
        TensorPrimitives.Multiply(scratch, inverse, scratch); // x̂
        var sum = TensorPrimitives.Sum<T>(gradient);
        var along = TensorPrimitives.Dot<T>(gradient, scratch);
        weightGradient += along;
        biasGradient += sum;

        // weight / std · (g − mean(g) − x̂ · mean(g x̂))
        var count = T.CreateChecked(x.Length);
        TensorPrimitives.Multiply(scratch, along / count, scratch);
        TensorPrimitives.Add(scratch, sum / count, scratch);
        TensorPrimitives.Subtract(gradient, scratch, gradient);
        TensorPrimitives.Multiply(gradient, weight * inverse, gradient);
    }

    /// <summary>Moves running statistics on by one view's batch.</summary>
    /// <param name="constant">What every sample has besides <see cref="Forward"/>'s input, such as a bias.</param>
    /// <param name="batch">B.</param>
    public static void MoveOn<T>(ref T runningMean, ref T runningVariance, T mean, T inverse, T constant, int batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var momentum = T.CreateChecked(Momentum);
        var biased = (T.One / (inverse * inverse)) - T.CreateChecked(Epsilon);
        var unbiased = biased * T.CreateChecked(batch) / T.CreateChecked(batch - 1);
        runningMean += momentum * (mean + constant - runningMean);
        runningVariance += momentum * (unbiased - runningVariance);
    }
}
