using System.Numerics;
using System.Numerics.Tensors;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>One block of a trial's network, forwards and backwards. All that lies between its products is done row by row.</summary>
/// <remarks>
/// Letters: M samples of both views, view 1 first. Activations are [dimension, M]: BatchNorm and the loss work along contiguous rows, and
/// a layer is W [out, in] times x [in, M] without transposing anything.
/// </remarks>
internal sealed class BlockPass<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LayerBlock block;
    private readonly Products<T> products;
    private readonly string weightName;
    private readonly string biasName;
    private readonly T keepFactor;          // 1/(1 − p), 1 without dropout
    private readonly Matrix<T> values;      // [out, M], after the gate
    private readonly Matrix<T>? normal;     // [out, M], after BatchNorm and its ReLU
    private readonly BatchNormPass<T>? norm;
    private readonly bool isNormBiased;
    private readonly bool passesConstantsOn;
    private readonly T[] constants;         // [out]

    /// <param name="samples">M.</param>
    /// <param name="keepFactor">What dropout multiplies kept units with.</param>
    /// <param name="wantsConstants">Whether a later BatchNorm wants to know the constants that this block leaves out.</param>
    public BlockPass(LayerBlock block, Network network, Products<T> products, int samples, T keepFactor, bool wantsConstants)
    {
        (this.block, this.products, this.keepFactor) = (block, products, block.Dropout is null ? T.One : keepFactor);
        (weightName, biasName) = ($"{block.Linear.Name}.weight", $"{block.Linear.Name}.bias");
        if (block.Gate is null && !network.IsBiasConstant(block.Linear))
            throw new NotSupportedException($"{block.Linear.Name} is followed by no ReLU, and its bias has a gradient.");

        values = Matrix<T>.Zeros(block.Linear.Outputs, samples);
        Gradient = Matrix<T>.Zeros(block.Linear.Outputs, samples);
        if (block.Norm is not null)
        {
            normal = Matrix<T>.Zeros(block.Linear.Outputs, samples);
            norm = new BatchNormPass<T>(block.Norm.Name, values, normal, Gradient);
            isNormBiased = !network.IsBiasConstant(block.Norm);
        }

        passesConstantsOn = wantsConstants;
        constants = new T[block.Linear.Outputs];
    }

    /// <summary>What comes out, [out, M].</summary>
    public Matrix<T> Output => normal ?? values;

    /// <summary>[out, M]: the output's gradient, which <see cref="Backward"/> uses up.</summary>
    public Matrix<T> Gradient { get; }

    /// <param name="input">[in, M].</param>
    /// <param name="constantsIn">What the input's samples have besides, by dimension; empty for nothing.</param>
    /// <param name="keep">What dropout multiplies with, [out, M]; null without.</param>
    /// <returns>
    /// What the output's samples have besides: constants that the next BatchNorm, or the loss, takes away again are left out of the pass,
    /// and enter the running means alone.
    /// </returns>
    public ReadOnlySpan<T> Forward(TrialRow<T> weights, TrialRow<T> buffers, Factor<T> input, ReadOnlySpan<T> constantsIn, Matrix<T>? keep)
    {
        products.Set(values, weights[weightName].Plain, input);
        var bias = weights[biasName].All;
        ReadOnlySpan<T> leftOut = [];
        if (block.Gate is null)
        {
            leftOut = norm is null && !passesConstantsOn ? [] : LeftOut(weights[weightName], bias, constantsIn);
        }
        else
        {
            var factors = block.Dropout is null ? null : keep;
            for (var j = 0; j < values.Rows; j++) Gate.Forward(values[j], bias[j], factors is null ? [] : factors[j]);
        }

        if (norm is null) return leftOut;

        norm.Forward(weights, buffers, leftOut, isNormBiased);
        if (block.IsRectified) TensorPrimitives.Max(normal!.All, T.Zero, normal.All);
        return isNormBiased ? [] : weights[norm.BiasName].All;
    }

    /// <param name="input">What <see cref="Forward"/> got, [M, in].</param>
    /// <param name="inputGradient">[in, M], filled; null where nobody needs it.</param>
    public void Backward(TrialRow<T> weights, TrialRow<T> gradients, Factor<T> input, Matrix<T>? inputGradient)
    {
        if (block.IsRectified) Gate.Backward<T>(Gradient.All, normal!.All, T.One);
        norm?.Backward(weights, gradients, isNormBiased);
        if (block.Gate is not null)
        {
            var biasGradient = gradients[biasName].All;
            for (var j = 0; j < Gradient.Rows; j++)
            {
                Gate.Backward(Gradient[j], values[j], keepFactor);
                biasGradient[j] = TensorPrimitives.Sum<T>(Gradient[j]);
            }
        }

        products.Set(gradients[weightName], Gradient.Plain, input);
        if (inputGradient is not null) products.Set(inputGradient, weights[weightName].Turned, Gradient.Plain);
    }

    public void Dispose()
    {
        values.Dispose();
        normal?.Dispose();
        Gradient.Dispose();
    }

    /// <summary>The linear layer's own constant: weight · constants + bias.</summary>
    private ReadOnlySpan<T> LeftOut(Matrix<T> weight, ReadOnlySpan<T> bias, ReadOnlySpan<T> constantsIn)
    {
        if (constantsIn.IsEmpty) return bias;

        for (var j = 0; j < constants.Length; j++) constants[j] = TensorPrimitives.Dot(weight[j], constantsIn) + bias[j];
        return constants;
    }
}
