using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>The loss of one step of every trial: the raw terms, and their weighted total. Each is [K].</summary>
/// <param name="Total">As the trial's convention weighs the terms.</param>
/// <param name="Invariance">s.</param>
/// <param name="Variance">v + v′.</param>
/// <param name="Covariance">c + c′.</param>
public sealed record LossTerms(Tensor Total, Tensor Invariance, Tensor Variance, Tensor Covariance)
{
    /// <param name="view1">[K, B, R].</param>
    /// <param name="view2">[K, B, R].</param>
    /// <param name="bySamples">Whether covariances go by products of samples, for views of many more dimensions than samples.</param>
    public static LossTerms Of(Tensor view1, Tensor view2, Coefficients c, bool bySamples = false)
    {
        using var scope = NewDisposeScope();
        var invariance = VicRegLoss.Invariance(view1, view2);
        var variance = VicRegLoss.Variance(view1, c.Gamma, c.Epsilon).Add(VicRegLoss.Variance(view2, c.Gamma, c.Epsilon));
        var covariance = Covariance(view1).Add(Covariance(view2));
        var total = (c.Invariance * invariance).Add(c.Variance * variance).Add(c.Covariance * covariance);
        return new LossTerms(
            total.MoveToOuterDisposeScope(),
            invariance.MoveToOuterDisposeScope(),
            variance.MoveToOuterDisposeScope(),
            covariance.MoveToOuterDisposeScope());

        Tensor Covariance(Tensor view) => bySamples ? VicRegLoss.CovarianceBySamples(view) : VicRegLoss.Covariance(view);
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
        var each = trials.Select(t => TrialCoefficients.Of(t.Settings, dimension)).ToArray();
        return new Coefficients(
            Vector(c => c.Invariance), Vector(c => c.Variance), Vector(c => c.Covariance), Vector(c => c.Gamma), Vector(c => c.Epsilon));

        Tensor Vector(Func<TrialCoefficients, double> value) => tensor([.. each.Select(value)], type, device).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var vector in new[] { Invariance, Variance, Covariance, Gamma, Epsilon })
        {
            vector.Dispose();
        }
    }
}

/// <summary>One trial's <see cref="Coefficients"/>.</summary>
/// <inheritdoc cref="Coefficients"/>
public sealed record TrialCoefficients(double Invariance, double Variance, double Covariance, double Gamma, double Epsilon)
{
    /// <param name="dimension">R, on which some conventions depend.</param>
    public static TrialCoefficients Of(TrialSettings s, int dimension)
    {
        var convention = LossConvention.Of(s.Text("loss.convention"), dimension);
        return new TrialCoefficients(
            s.Real("loss.invariance_weight"),
            s.Real("loss.variance_weight") * convention.Variance,
            s.Real("loss.covariance_weight") * convention.Covariance,
            s.Real("loss.gamma"),
            s.Real("loss.epsilon"));
    }
}
