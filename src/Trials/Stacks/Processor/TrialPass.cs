using System.Numerics;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>
/// What one core needs to take one trial's step: the memory of a forward and a backward pass, which stays in the core's
/// cache from trial to trial.
/// </summary>
/// <remarks>Letters: M = 2B samples of both views, view 1 first, F features, R representation, P parameters.</remarks>
internal sealed class TrialPass<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor gradientRow;
    private readonly TrialRow<T> gradients;
    private readonly Products<T> products = new();
    private readonly BlockPass<T>[] blocks;
    private readonly LossPass<T> loss;

    public TrialPass(StackSettings settings, StackLayout layout, ScalarType type)
    {
        var network = layout.Network;
        var keepFactor = T.CreateChecked(1 / (1 - settings.Dropout));
        gradientRow = zeros([layout.ParameterCount], type).DetachFromDisposeScope();
        gradients = new TrialRow<T>(layout.Parameters, gradientRow);
        blocks =
        [
            .. network.Blocks.Index()
            .Select(b => new BlockPass<T>(b.Item, network, products, 2 * settings.BatchSize, keepFactor, wantsConstants: network.HasNormAfter(b.Index))),
        ];
        loss = new LossPass<T>(blocks[^1].Output, blocks[^1].Gradient, products);
    }

    /// <summary>P gradients, filled by <see cref="Take"/>; zero where <see cref="StackLayout.HasNoGradient"/>.</summary>
    public Span<T> Gradients => gradients.All;

    /// <summary>Both passes of a trial: its loss terms, its running statistics moved on, and its gradients.</summary>
    /// <param name="weights">[P] as layers.</param>
    /// <param name="buffers">[Q] as layers; moved on by view 1, then by view 2.</param>
    /// <param name="features">[M, F].</param>
    /// <param name="turnedFeatures">The same in another order, [F, M].</param>
    /// <param name="keep">What dropout multiplies with, [units, M]; null without dropout.</param>
    public (double Total, double Invariance, double Variance, double Covariance) Take(
        TrialRow<T> weights, TrialRow<T> buffers, Matrix<T> features, Matrix<T> turnedFeatures, Matrix<T>? keep, TrialCoefficients coefficients)
    {
        ReadOnlySpan<T> constants = [];
        for (var i = 0; i < blocks.Length; i++)
            constants = blocks[i].Forward(weights, buffers, i == 0 ? turnedFeatures.Plain : blocks[i - 1].Output.Plain, constants, keep);

        var terms = loss.Take(coefficients);
        for (var i = blocks.Length - 1; i >= 0; i--)
            blocks[i].Backward(weights, gradients, i == 0 ? features.Plain : blocks[i - 1].Output.Turned, i == 0 ? null : blocks[i - 1].Gradient);
        return terms;
    }

    public void Dispose()
    {
        gradients.Dispose();
        gradientRow.Dispose();
        loss.Dispose();
        products.Dispose();
        foreach (var block in blocks) block.Dispose();
    }
}
