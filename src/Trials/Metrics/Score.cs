using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>The loss terms and the panel of embeddings that come from anywhere.</summary>
/// <param name="Invariance">s; null without a second view, as all four terms are.</param>
/// <param name="Variance">v + v′.</param>
/// <param name="Covariance">c + c′.</param>
/// <param name="Total">As the convention weighs the terms.</param>
/// <param name="Panel">Of the first view; the alignment is null without a second view.</param>
/// <param name="Verdict">Of the first view.</param>
public sealed record Score(
    double? Invariance, double? Variance, double? Covariance, double? Total, Panel Panel, Verdict Verdict)
{
    /// <param name="view1">[N, D] in double precision, N at least 2.</param>
    /// <param name="view2">Of the same shape; null when there is none.</param>
    /// <param name="labels">[N], from 0; null leaves kNN and probe undefined.</param>
    /// <param name="settings">The loss's weights, ε, γ and convention, and k and T of kNN.</param>
    public static Score Of(Tensor view1, Tensor? view2, Tensor? labels, TrialSettings settings)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var dimension = (int)view1.shape[1];
        var z1 = view1.unsqueeze(0);       // [1, N, D]: a stack of one trial
        var z2 = view2?.unsqueeze(0);
        var panel = Panel.Of(
            z1,
            z2 is null ? null : (z1, z2),
            labels is null ? null : NearestNeighbours.LeaveOneOutTop1(
                z1, labels, settings.Integer("eval.knn_k"), settings.Real("eval.knn_temperature")),
            labels is null ? null : RidgeProbe.CrossValidatedTop1(z1, labels),
            labels is null ? null : NearestNeighbours.Chance(labels))[0];
        var verdict = Verdict.Of(panel, dimension);
        if (z2 is null)
            return new Score(null, null, null, null, panel, verdict);

        using var coefficients = Coefficients.Of([Trial.Of(settings, seed: 0)], dimension, CPU, ScalarType.Float64);
        var terms = LossTerms.Of(z1, z2, coefficients, bySamples: z1.shape[1] < dimension);
        return new Score(Read(terms.Invariance), Read(terms.Variance), Read(terms.Covariance), Read(terms.Total), panel, verdict);
    }

    /// <returns>Null beyond a double's range, which weights of 1e300 reach.</returns>
    private static double? Read(Tensor term) => term.item<double>() is var value && double.IsFinite(value) ? value : null;
}
