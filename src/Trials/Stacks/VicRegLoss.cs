using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>The three terms of VICReg, for every trial of a stack at once. Trials never touch each other.</summary>
/// <remarks>
/// Bardes, Ponce, LeCun: VICReg, ICLR 2022, equations 1 to 5. Letters: K trials in the stack, B batch, D dimension.
/// The terms are raw; <see cref="LossConvention"/> says how codebases weigh them.
/// </remarks>
public static class VicRegLoss
{
    /// <summary>Mean squared difference of the two views over batch and dimensions.</summary>
    /// <param name="z1">The first view's representations, [K, B, D].</param>
    /// <param name="z2">The second view's, [K, B, D].</param>
    /// <returns>s, [K].</returns>
    /// <remarks>Equation 5 divides by B alone; Algorithm 1 and every public codebase average over D as well.</remarks>
    public static Tensor Invariance(Tensor z1, Tensor z2)
    {
        using var scope = NewDisposeScope();
        return (z1 - z2).Square().mean([1, 2]).MoveToOuterDisposeScope();
    }

    /// <summary>Mean hinge of each dimension's standard deviation below γ.</summary>
    /// <param name="z">One view's representations, [K, B, D].</param>
    /// <param name="gamma">γ, the standard deviation aimed at, one per trial, [K].</param>
    /// <param name="epsilon">ε under the square root, one per trial, [K].</param>
    /// <returns>v, [K]; γ − sqrt(ε) where a trial's representations are constant.</returns>
    /// <remarks>Equations 1 and 2; the variance is unbiased.</remarks>
    public static Tensor Variance(Tensor z, Tensor gamma, Tensor epsilon)
    {
        using var scope = NewDisposeScope();
        var std = z.var(1, unbiased: true).Add(epsilon.unsqueeze(1)).sqrt();       // [K, D]
        return (gamma.unsqueeze(1) - std).relu().mean([1]).MoveToOuterDisposeScope();  // [K]
    }

    /// <summary>Sum of the squared covariances between different dimensions, divided by D.</summary>
    /// <param name="z">One view's representations, [K, B, D].</param>
    /// <returns>c, [K].</returns>
    /// <remarks>Equations 3 and 4. For independent standard normal rows its expectation is (D − 1) / (B − 1).</remarks>
    public static Tensor Covariance(Tensor z)
    {
        using var scope = NewDisposeScope();
        var (batch, dimension) = (z.shape[1], z.shape[2]);
        var centred = z - z.mean([1], keepdim: true);
        var covariance = bmm(centred.transpose(1, 2), centred).Div(batch - 1); // [K, D, D]
        var offDiagonal = eye(dimension, dtype: z.dtype, device: z.device).negative().Add(1);
        return (covariance * offDiagonal).Square().sum([1, 2]).Div(dimension).MoveToOuterDisposeScope(); // [K]
    }

    /// <summary>
    /// The same by products of samples: the squares of both sum to the same, and the diagonal of variances is taken away. For samples
    /// of so many dimensions that a matrix D × D has no room.
    /// </summary>
    /// <inheritdoc cref="Covariance"/>
    public static Tensor CovarianceBySamples(Tensor z)
    {
        using var scope = NewDisposeScope();
        var centred = z - z.mean([1], keepdim: true);
        var products = bmm(centred, centred.transpose(1, 2)).Div(z.shape[1] - 1);                  // [K, B, B]
        var all = products.Square().sum([1, 2]);                                                    // [K]
        return (all - z.var(1, unbiased: true).Square().sum(1)).ClampMin(0).Div(z.shape[2]).MoveToOuterDisposeScope();
    }
}
