using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>Turns gradients of a whole stack into a step of its parameters, in place.</summary>
/// <remarks>Letters: K trials in the stack, P parameters of a trial.</remarks>
public interface IStackOptimizer : IDisposable
{
    /// <summary>What has to be kept to go on bit for bit, by name; each is [K, P]. Owned by the optimizer.</summary>
    IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>One step. The gradients serve as scratch space.</summary>
    /// <param name="parameters">[K, P], changed in place.</param>
    /// <param name="gradients">[K, P], destroyed.</param>
    /// <param name="rates">This step's learning rates, [K, 1].</param>
    /// <param name="step">From 1.</param>
    void Step(Tensor parameters, Tensor gradients, Tensor rates, long step);
}

/// <summary>Adam with PyTorch's semantics: coupled weight decay, bias correction, ε outside the root.</summary>
/// <remarks>Kingma and Ba 2015, Algorithm 1; torch.optim.Adam of PyTorch 2.10.</remarks>
/// <param name="mean">Running mean of the gradients, zeros of [K, P]; owned from here on.</param>
/// <param name="square">Running mean of their squares, zeros of [K, P]; owned from here on.</param>
/// <param name="weightDecay">[K, 1]; null when it is zero for every trial. Owned from here on.</param>
public sealed class StackAdam(Tensor mean, Tensor square, Tensor? weightDecay) : IStackOptimizer
{
    internal const double Beta1 = 0.9;
    internal const double Beta2 = 0.999;
    internal const double Epsilon = 1e-8;

    public IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>
    {
        ["mean"] = mean.DetachFromDisposeScope(),
        ["square"] = square.DetachFromDisposeScope(),
    };

    public void Step(Tensor parameters, Tensor gradients, Tensor rates, long step)
    {
        using var scope = NewDisposeScope();
        if (weightDecay is not null)
        {
            gradients.Addcmul_(parameters, weightDecay, 1);
        }

        mean.Mul_(Beta1).Add_(gradients, 1 - Beta1);
        square.Mul_(Beta2).Addcmul_(gradients, gradients, 1 - Beta2);

        var correction1 = 1 - Math.Pow(Beta1, step);
        var correction2 = 1 - Math.Pow(Beta2, step);
        var denominator = square.sqrt().Div_(Math.Sqrt(correction2)).Add_(Epsilon);
        var update = denominator.reciprocal_().mul_(mean);
        parameters.Addcmul_(update, rates, -1 / correction1);
    }

    public void Dispose()
    {
        mean.Dispose();
        square.Dispose();
        weightDecay?.Dispose();
    }
}

/// <summary>Stochastic gradient descent with momentum and coupled weight decay, with PyTorch's semantics.</summary>
/// <remarks>torch.optim.SGD of PyTorch 2.10, without dampening or Nesterov.</remarks>
/// <param name="velocity">Zeros of [K, P]; owned from here on.</param>
/// <param name="momentum">[K, 1]; owned from here on.</param>
/// <param name="weightDecay">[K, 1]; null when it is zero for every trial. Owned from here on.</param>
public sealed class StackSgd(Tensor velocity, Tensor momentum, Tensor? weightDecay) : IStackOptimizer
{
    public IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>
    {
        ["velocity"] = velocity.DetachFromDisposeScope(),
    };

    public void Step(Tensor parameters, Tensor gradients, Tensor rates, long step)
    {
        if (weightDecay is not null)
        {
            gradients.Addcmul_(parameters, weightDecay, 1);
        }

        velocity.mul_(momentum).Add_(gradients);
        parameters.Addcmul_(velocity, rates, -1);
    }

    public void Dispose()
    {
        velocity.Dispose();
        momentum.Dispose();
        weightDecay?.Dispose();
    }
}

/// <summary>
/// Layer-wise adaptive rate scaling: each layer's gradient is scaled to a fixed fraction of the layer's norm.
/// One-dimensional parameters (biases, BatchNorm) get neither weight decay nor scaling.
/// </summary>
/// <remarks>
/// You et al. 2017; the exclusions are those of facebookresearch/vicreg, main_vicreg.py; the clipping is solo-learn's, solo/utils/lars.py, for
/// which the scale is divided by the learning rate and is at most 1.
/// </remarks>
/// <param name="layout">Where the layers lie in a row.</param>
/// <param name="velocity">Zeros of [K, P]; owned from here on.</param>
/// <param name="momentum">[K, 1]; owned from here on.</param>
/// <param name="weightDecay">[K, 1]; null when it is zero for every trial. Owned from here on.</param>
/// <param name="eta">η, what a layer's share of its norm is, [K, 1]; null for 0.001 throughout. Owned from here on.</param>
/// <param name="clips">1 for a trial that clips, else 0, [K, 1]; null where none does. Owned from here on.</param>
public sealed class StackLars(StackLayout layout, Tensor velocity, Tensor momentum, Tensor? weightDecay, Tensor? eta = null, Tensor? clips = null)
    : IStackOptimizer
{
    internal const string EtaParameter = "train.lars_eta";
    internal const string ClipParameter = "train.lars_clip";
    internal const double TrustCoefficient = 0.001;

    // Once a layer's gradient is scaled, the rest is SGD; the decay is part of what is scaled.
    private readonly StackSgd sgd = new(velocity, momentum, weightDecay: null);

    public IReadOnlyDictionary<string, Tensor> State => sgd.State;

    /// <summary>η of a trial.</summary>
    internal static double EtaOf(TrialSettings s) => s[EtaParameter]?.Number ?? TrustCoefficient;

    internal static bool IsClipped(TrialSettings s) => s[ClipParameter]?.Truth == true;

    public void Step(Tensor parameters, Tensor gradients, Tensor rates, long step)
    {
        using var scope = NewDisposeScope();
        foreach (var segment in layout.Parameters.Where(s => s.Shape.Length > 1))
        {
            var layer = parameters.narrow(1, segment.Offset, segment.Length);    // [K, length]
            var gradient = gradients.narrow(1, segment.Offset, segment.Length);
            if (weightDecay is not null)
            {
                gradient.Addcmul_(layer, weightDecay, 1);
            }

            var layerNorm = layer.norm(1, keepdim: true);                        // [K, 1]
            var gradientNorm = gradient.norm(1, keepdim: true);
            var share = eta is null ? layerNorm.Mul(TrustCoefficient) : layerNorm.mul(eta);
            var trust = share.div(gradientNorm);
            if (clips is not null) trust = where(clips.Gt(0), minimum(trust.div(rates), ones_like(trust)), trust);
            gradient.mul_(where(layerNorm.Gt(0).logical_and(gradientNorm.Gt(0)), trust, ones_like(trust)));
        }

        sgd.Step(parameters, gradients, rates, step);
    }

    public void Dispose()
    {
        sgd.Dispose();
        weightDecay?.Dispose();
        eta?.Dispose();
        clips?.Dispose();
    }
}
