using System.Numerics;
using TorchSharp;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Arrays.Products;
using VicRegSweeps.Trials.Stacks.Processor;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>Weighted k-nearest-neighbour classification by cosine similarity.</summary>
/// <remarks>Wu et al. 2018 (instance discrimination), section 3.4: a neighbour's vote weighs exp(cosine / T).</remarks>
public static class NearestNeighbours
{
    private const float TinyNorm = 1e-12f;

    // Similarities of this many pairs are held at a time: on a processor what stays in a core's cache, on a GPU of many trials, since each
    // call costs its launch.
    private const long PairsOnProcessor = 1 << 18;
    private const long PairsOnGpu = 1 << 28;

    /// <summary>The share of queries whose class the neighbours find, for each trial.</summary>
    /// <param name="reference">Labelled samples, [K, N, D].</param>
    /// <param name="referenceLabels">[N], from 0.</param>
    /// <param name="queries">[K, M, D].</param>
    /// <param name="queryLabels">[M].</param>
    /// <param name="neighbours">k; all of the reference when it has fewer.</param>
    /// <param name="temperature">T.</param>
    /// <returns>Top-1 accuracies, one per trial.</returns>
    public static double[] Top1(
        Tensor reference, Tensor referenceLabels, Tensor queries, Tensor queryLabels, int neighbours, double temperature) =>
        Top1(reference, referenceLabels, queries, queryLabels, (neighbours, temperature))[0];

    /// <summary>The same for several votes. The neighbours are found once, as many as the largest k asks for; the nearest of them vote.</summary>
    /// <param name="votes">k and T of each.</param>
    /// <returns>For each vote top-1 accuracies, one per trial.</returns>
    /// <inheritdoc cref="Top1(Tensor, Tensor, Tensor, Tensor, int, double)"/>
    public static double[][] Top1(
        Tensor reference, Tensor referenceLabels, Tensor queries, Tensor queryLabels, params IReadOnlyList<(int Neighbours, double Temperature)> votes) =>
        Top1(reference, referenceLabels, queries, queryLabels, votes, leaveOut: false);

    /// <summary>The same where one labelled sample is all there is: every sample is classified by all others.</summary>
    /// <param name="sample">[K, N, D], N at least 2.</param>
    /// <param name="labels">[N], from 0.</param>
    /// <inheritdoc cref="Top1(Tensor, Tensor, Tensor, Tensor, int, double)"/>
    public static double[] LeaveOneOutTop1(Tensor sample, Tensor labels, int neighbours, double temperature) =>
        Top1(sample, labels, sample, labels, [(neighbours, temperature)], leaveOut: true)[0];

    /// <summary>The accuracy of always naming the most frequent class.</summary>
    /// <param name="labels">[N], from 0.</param>
    public static double Chance(Tensor labels)
    {
        using var scope = NewDisposeScope();
        return labels.bincount(null).max().item<long>() / (double)labels.shape[0];
    }

    /// <param name="leaveOut">Whether query i is sample i of the reference, and no neighbour of its own.</param>
    private static double[][] Top1(
        Tensor reference, Tensor referenceLabels, Tensor queries, Tensor queryLabels, IReadOnlyList<(int Neighbours, double Temperature)> votes, bool leaveOut)
    {
        using var noGradient = no_grad();
        var all = (int)reference.shape[1] - (leaveOut ? 1 : 0);
        var most = Math.Min(votes.Max(v => v.Neighbours), all);
        var classes = Math.Max(referenceLabels.max().item<long>(), queryLabels.max().item<long>()) + 1;
        var (trials, references, count) = (reference.shape[0], reference.shape[1], queries.shape[1]);
        var pairs = reference.device.type == DeviceType.CPU ? PairsOnProcessor : PairsOnGpu;
        var together = Math.Clamp(pairs / (references * count), 1, trials);
        var step = Math.Clamp(pairs / (together * Math.Max(references, classes)), 1, count);
        var accuracies = votes.Select(_ => new List<double>()).ToList();
        for (var first = 0L; first < trials; first += together)
        {
            Some(first, Math.Min(together, trials - first));
        }

        return [.. accuracies.Select(a => a.ToArray())];

        void Some(long first, long several)
        {
            using var scope = NewDisposeScope();
            var from = Normalise(reference.narrow(0, first, several)).transpose(1, 2);                // [t, D, N]
            var asked = Normalise(queries.narrow(0, first, several));                                 // [t, M, D]
            var right = votes.Select(_ => zeros(several, int64, reference.device)).ToList();
            for (var start = 0L; start < count; start += step)
            {
                using var piece = NewDisposeScope();
                var length = Math.Min(step, count - start);
                var similarity = TensorProducts.Of(asked.narrow(1, start, length), from);             // [t, m, N]
                if (leaveOut)
                    similarity.diagonal(start, 1, 2).Fill_(double.NegativeInfinity);
                var (cosine, nearest) = NearestOf(similarity.view(several * length, references), most); // [t·m, most], nearest first
                var below = cosine - cosine.narrow(1, 0, 1);                                          // [t·m, most], at most 0
                var labels = referenceLabels.index_select(0, nearest.flatten()).view_as(nearest);     // [t·m, most]
                var truth = queryLabels.narrow(0, start, length);
                foreach (var (vote, (neighbours, temperature)) in votes.Index())
                {
                    using var scoped = NewDisposeScope();
                    var k = Math.Min(neighbours, all);
                    var weights = below.narrow(1, 0, k).Div(temperature).exp();                        // At most 1, whatever T is.
                    var named = VotesOf(labels.narrow(1, 0, k), weights, classes, atOnce: labels.device.type == DeviceType.CPU).argmax(1);
                    right[vote].Add_(named.view(several, length).eq(truth).sum(dim: 1));
                }
            }

            foreach (var (vote, found) in right.Index()) accuracies[vote].AddRange(found.cpu().data<long>().Select(n => n / (double)count));
        }
    }

    /// <summary>The sum of the weights of each class.</summary>
    /// <param name="labels">[m, k].</param>
    /// <param name="weights">[m, k].</param>
    /// <param name="atOnce">Whether in one call. A GPU adds what it is given in one call in no fixed order; a processor does from left to right.</param>
    /// <returns>[m, <paramref name="classes"/>].</returns>
    internal static Tensor VotesOf(Tensor labels, Tensor weights, long classes, bool atOnce)
    {
        var votes = zeros(labels.shape[0], classes, weights.dtype, weights.device);
        if (atOnce) return votes.scatter_add_(1, labels, weights);

        for (var neighbour = 0; neighbour < labels.shape[1]; neighbour++)
        {
            votes.scatter_add_(1, labels.narrow(1, neighbour, 1), weights.narrow(1, neighbour, 1));
        }

        return votes;
    }

    /// <summary>Every row's k largest values and their columns; libtorch's topk takes as long as the products on a processor.</summary>
    /// <param name="similarity">[m, N], contiguous.</param>
    private static (Tensor Values, Tensor Columns) NearestOf(Tensor similarity, int k)
    {
        if (similarity.device.type != DeviceType.CPU)
        {
            return topk(similarity, k, 1);
        }

        return similarity.dtype == float32 ? LargestOf<float>(similarity, k) : LargestOf<double>(similarity, k);
    }

    private static (Tensor Values, Tensor Columns) LargestOf<T>(Tensor similarity, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = empty([similarity.shape[0], k], similarity.dtype);
        using var places = empty([similarity.shape[0], k], int32);
        using var rows = Matrix<T>.Over(similarity);
        using var largest = Matrix<T>.Over(values);
        using var columns = Matrix<int>.Over(places);
        for (var row = 0; row < rows.Rows; row++)
        {
            Largest.Of(rows[row], largest[row], columns[row]);
        }

        return (values, places.to(int64));
    }

    private static Tensor Normalise(Tensor z) => z / z.norm(2, keepdim: true).ClampMin(TinyNorm);
}
