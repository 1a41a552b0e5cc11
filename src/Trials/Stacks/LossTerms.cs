using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>The loss of one step of every trial: the raw terms, and their weighted total. Each is [K].</summary>
/// <param name="Total">As the trial's convention weighs the terms.</param>
/// <param name="Invariance">s.</param>
/// <param name="Variance">v + v′.</param>
/// <param name="Covariance">c + c′.</param>
public sealed record LossTerms(Tensor Total, Tensor Invariance, Tensor Variance, Tensor Covariance)
{
    /// <param name="view1">[K, B, R].</param>
    /// <param name="view2">[K, B, R].</param>
    public static LossTerms Of(Tensor view1, Tensor view2, Coefficients c)
    {
        using var scope = NewDisposeScope();
        var invariance = VicRegLoss.Invariance(view1, view2);
        var variance = VicRegLoss.Variance(view1, c.Gamma, c.Epsilon) + VicRegLoss.Variance(view2, c.Gamma, c.Epsilon);
        var covariance = VicRegLoss.Covariance(view1) + VicRegLoss.Covariance(view2);
        var total = (c.Invariance * invariance) + (c.Variance * variance) + (c.Covariance * covariance);
        return new LossTerms(
            total.MoveToOuterDisposeScope(),
            invariance.MoveToOuterDisposeScope(),
            variance.MoveToOuterDisposeScope(),
            covariance.MoveToOuterDisposeScope());
    }
}

/// <summary>What the total is made with, one number per trial; each tensor is [K].</summary>
/// <param name="Invariance">What s is multiplied with: λ.</param>
/// <param name="Variance">What v + v′ is multiplied with: μ times the convention's factor.</param>
/// <param name="Covariance">What c + c′ is multiplied with: ν times the convention's factor.</param>
/// <param name="Gamma">γ.</param>
/// <param name="Epsilon">ε.</param>
public sealed record Coefficients(Tensor Invariance, Tensor Variance, Tensor Covariance, Tensor Gamma, Tensor Epsilon) : IDisposable
{
    /// <param name="dimension">R, on which some conventions depend.</param>
    public static Coefficients Of(IReadOnlyList<Trial> trials, int dimension, Device device, ScalarType type = ScalarType.Float32)
    {
        return new Coefficients(
            Vector(s => s.Real("loss.invariance_weight")),
            Vector(s => s.Real("loss.variance_weight") * ConventionOf(s).Variance),
            Vector(s => s.Real("loss.covariance_weight") * ConventionOf(s).Covariance),
            Vector(s => s.Real("loss.gamma")),
            Vector(s => s.Real("loss.epsilon")));

        LossConvention ConventionOf(TrialSettings s) => LossConvention.Of(s.Text("loss.convention"), dimension);

        Tensor Vector(Func<TrialSettings, double> value) =>
            tensor([.. trials.Select(t => value(t.Settings))], type, device).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var vector in new[] { Invariance, Variance, Covariance, Gamma, Epsilon })
        {
            vector.Dispose();
        }
    }
}
