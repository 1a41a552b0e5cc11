using System.Numerics;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>A BatchNorm layer of one trial in training: each view is normalised by itself, view 1 first.</summary>
/// <param name="name">Such as <c>expander.1</c>.</param>
/// <param name="input">[D, 2B].</param>
/// <param name="output">[D, 2B], filled by <see cref="Forward"/>.</param>
/// <param name="gradient">[D, 2B], the output's gradient, which <see cref="Backward"/> turns into the input's.</param>
internal sealed class BatchNormPass<T>(string name, Matrix<T> input, Matrix<T> output, Matrix<T> gradient)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string weightName = $"{name}.weight";
    private readonly string meanName = $"{name}.running_mean";
    private readonly string varianceName = $"{name}.running_var";
    private readonly T[] means = new T[2 * input.Rows];
    private readonly T[] inverses = new T[2 * input.Rows];
    private readonly T[] scratch = new T[input.Columns / 2];

    /// <summary>The bias's name.</summary>
    public string BiasName { get; } = $"{name}.bias";

    /// <param name="constants">What the samples have besides the input, by dimension; empty for nothing. It enters the running means alone.</param>
    /// <param name="isBiased">Whether the bias is added.</param>
    public void Forward(TrialRow<T> weights, TrialRow<T> buffers, ReadOnlySpan<T> constants, bool isBiased)
    {
        var batch = scratch.Length;
        var weight = weights[weightName].All;
        var bias = weights[BiasName].All;
        var runningMean = buffers[meanName].All;
        var runningVariance = buffers[varianceName].All;
        for (var j = 0; j < input.Rows; j++)
        {
            for (var view = 0; view < 2; view++)
            {
                ref var mean = ref means[(2 * j) + view];
                ref var inverse = ref inverses[(2 * j) + view];
                var x = input[j].Slice(view * batch, batch);
                var y = output[j].Slice(view * batch, batch);
                BatchNormRow.Forward(x, y, weight[j], isBiased ? bias[j] : T.Zero, out mean, out inverse);
                BatchNormRow.MoveOn(ref runningMean[j], ref runningVariance[j], mean, inverse, constants.IsEmpty ? T.Zero : constants[j], batch);
            }
        }
    }

    /// <param name="isBiased">Whether the bias has a gradient.</param>
    public void Backward(TrialRow<T> weights, TrialRow<T> gradients, bool isBiased)
    {
        var batch = scratch.Length;
        var weight = weights[weightName].All;
        var weightGradient = gradients[weightName].All;
        var biasGradient = gradients[BiasName].All;
        for (var j = 0; j < input.Rows; j++)
        {
            var (ofWeight, ofBias) = (T.Zero, T.Zero);
            for (var view = 0; view < 2; view++)
            {
                var x = input[j].Slice(view * batch, batch);
                var g = gradient[j].Slice(view * batch, batch);
                var place = (2 * j) + view;
                BatchNormRow.Backward(x, g, weight[j], means[place], inverses[place], scratch, ref ofWeight, ref ofBias);
            }

            weightGradient[j] = ofWeight;
            biasGradient[j] = isBiased ? ofBias : T.Zero;
        }
    }
}
