using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Extending;

/// <summary>Lion: every parameter moves by the learning rate, in the direction in which its momentum points.</summary>
/// <remarks>Chen et al. 2023, Algorithm 2, without weight decay.</remarks>
/// <param name="momentum">Zeros of [K, P]; owned from here on.</param>
internal sealed class StackLion(Tensor momentum) : IStackOptimizer
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.99;

    /// <remarks>What is named here is in checkpoints, so an interrupted run goes on bit for bit.</remarks>
    public IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor> { ["momentum"] = momentum.DetachFromDisposeScope() };

    public void Step(Tensor parameters, Tensor gradients, Tensor rates, long step)
    {
        using var scope = NewDisposeScope();
        var direction = momentum.Mul(Beta1).Add_(gradients, 1 - Beta1).sign_();     // [K, P]
        parameters.Addcmul_(direction, rates, -1);                                  // rates are [K, 1]: each trial has its own
        momentum.Mul_(Beta2).Add_(gradients, 1 - Beta2);
    }

    public void Dispose() => momentum.Dispose();
}
