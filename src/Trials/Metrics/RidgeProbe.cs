using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>A linear probe in closed form: ridge regression from centred samples to one-hot classes.</summary>
public static class RidgeProbe
{
    /// <summary>The ridge, as a share of the samples' mean variance, so that the probe does not depend on their scale.</summary>
    public const double RelativeRidge = 1e-3;

    /// <summary>The share of queries whose class the probe finds, for each trial.</summary>
    /// <param name="reference">Labelled samples, [K, N, D].</param>
    /// <param name="referenceLabels">[N], from 0.</param>
    /// <param name="queries">[K, M, D].</param>
    /// <param name="queryLabels">[M].</param>
    /// <returns>Top-1 accuracies, one per trial; that of the most frequent class where the samples are constant.</returns>
    public static double[] Top1(Tensor reference, Tensor referenceLabels, Tensor queries, Tensor queryLabels)
    {
        using var noGradient = no_grad();
        using var outer = NewDisposeScope();
        var classes = Math.Max(referenceLabels.max().item<long>(), queryLabels.max().item<long>()) + 1;
        var targets = nn.functional.one_hot(referenceLabels, classes).to(float64);               // [N, C]
        var targetMean = targets.mean([0], keepdim: true);
        return [.. Enumerable.Range(0, (int)reference.shape[0]).Select(One)];

        double One(int trial)
        {
            using var scope = NewDisposeScope();
            var x = reference[trial].to(float64);                                                 // [N, D]
            var mean = x.mean([0], keepdim: true);
            x = x - mean;
            var covariance = matmul(x.t(), x) / x.shape[0];                                       // [D, D]
            var ridge = covariance.diagonal().mean() * RelativeRidge;
            var regular = covariance + (eye(x.shape[1], dtype: float64, device: x.device) * ridge.clamp_min(1e-300));
            var weights = linalg.solve(regular, matmul(x.t(), targets - targetMean) / x.shape[0]); // [D, C]
            var scores = matmul(queries[trial].to(float64) - mean, weights) + targetMean;         // [M, C]
            return scores.argmax(1).eq(queryLabels).to(float64).mean().item<double>();
        }
    }
}
