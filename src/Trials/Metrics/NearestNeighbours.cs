using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>Weighted k-nearest-neighbour classification by cosine similarity.</summary>
/// <remarks>Wu et al. 2018 (instance discrimination), section 3.4: a neighbour's vote weighs exp(cosine / T).</remarks>
public static class NearestNeighbours
{
    private const float TinyNorm = 1e-12f;

    /// <summary>The share of queries whose class the neighbours find, for each trial.</summary>
    /// <param name="reference">Labelled samples, [K, N, D].</param>
    /// <param name="referenceLabels">[N], from 0.</param>
    /// <param name="queries">[K, M, D].</param>
    /// <param name="queryLabels">[M].</param>
    /// <param name="neighbours">k; all of the reference when it has fewer.</param>
    /// <param name="temperature">T.</param>
    /// <returns>Top-1 accuracies, one per trial.</returns>
    public static double[] Top1(
        Tensor reference, Tensor referenceLabels, Tensor queries, Tensor queryLabels, int neighbours, double temperature)
    {
        using var noGradient = no_grad();
        var classes = Math.Max(referenceLabels.max().item<long>(), queryLabels.max().item<long>()) + 1;
        var k = (int)Math.Min(neighbours, reference.shape[1]);
        return [.. Enumerable.Range(0, (int)reference.shape[0]).Select(One)];

        double One(int trial)
        {
            using var scope = NewDisposeScope();
            var similarity = matmul(Normalise(queries[trial]), Normalise(reference[trial]).t()); // [M, N]
            var (cosine, nearest) = topk(similarity, k, 1);                                      // [M, k]
            var weights = (cosine / temperature).exp();
            var labels = referenceLabels.index_select(0, nearest.flatten()).view_as(nearest);    // [M, k]
            var votes = zeros(queries.shape[1], classes, device: queries.device).scatter_add_(1, labels, weights);
            return votes.argmax(1).eq(queryLabels).to(float64).mean().item<double>();
        }
    }

    private static Tensor Normalise(Tensor z) => z / z.norm(1, keepdim: true).clamp_min(TinyNorm);
}
