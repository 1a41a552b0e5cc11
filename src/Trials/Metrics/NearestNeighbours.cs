using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>Weighted k-nearest-neighbour classification by cosine similarity.</summary>
/// <remarks>Wu et al. 2018 (instance discrimination), section 3.4: a neighbour's vote weighs exp(cosine / T).</remarks>
public static class NearestNeighbours
{
    private const float TinyNorm = 1e-12f;

    // Similarities of this many pairs are held at a time.
    private const long PairsPerPiece = 1 << 22;

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
        var k = (int)Math.Min(neighbours, reference.shape[1]);
        return Top1(reference, referenceLabels, queries, queryLabels, k, temperature, leaveOut: false);
    }

    /// <summary>The same where one labelled sample is all there is: every sample is classified by all others.</summary>
    /// <param name="sample">[K, N, D], N at least 2.</param>
    /// <param name="labels">[N], from 0.</param>
    /// <inheritdoc cref="Top1(Tensor, Tensor, Tensor, Tensor, int, double)"/>
    public static double[] LeaveOneOutTop1(Tensor sample, Tensor labels, int neighbours, double temperature)
    {
        var k = (int)Math.Min(neighbours, sample.shape[1] - 1);
        return Top1(sample, labels, sample, labels, k, temperature, leaveOut: true);
    }

    /// <summary>The accuracy of always naming the most frequent class.</summary>
    /// <param name="labels">[N], from 0.</param>
    public static double Chance(Tensor labels)
    {
        using var scope = NewDisposeScope();
        return labels.bincount(null).max().item<long>() / (double)labels.shape[0];
    }

    /// <param name="leaveOut">Whether query i is sample i of the reference, and no neighbour of its own.</param>
    private static double[] Top1(
        Tensor reference, Tensor referenceLabels, Tensor queries, Tensor queryLabels, int k, double temperature, bool leaveOut)
    {
        using var noGradient = no_grad();
        var classes = Math.Max(referenceLabels.max().item<long>(), queryLabels.max().item<long>()) + 1;
        var (references, count) = (reference.shape[1], queries.shape[1]);
        var step = Math.Clamp(PairsPerPiece / Math.Max(references, classes), 1, count);
        using var buffer = empty([step, references], reference.dtype, reference.device); // One for all: malloc does not reuse large blocks well.
        return [.. Enumerable.Range(0, (int)reference.shape[0]).Select(One)];

        double One(int trial)
        {
            using var scope = NewDisposeScope();
            var (from, asked) = (Normalise(reference[trial]).t(), Normalise(queries[trial]));
            var right = 0L;
            for (var start = 0L; start < count; start += step)
            {
                using var piece = NewDisposeScope();
                var length = Math.Min(step, count - start);
                var similarity = buffer.narrow(0, 0, length).addmm_(asked.narrow(0, start, length), from, beta: 0, alpha: 1); // [m, N]
                if (leaveOut)
                    similarity.diagonal(start, 0, 1).fill_(double.NegativeInfinity);
                var (cosine, nearest) = NearestOf(similarity, k);                                 // [m, k], nearest first
                var weights = ((cosine - cosine.narrow(1, 0, 1)) / temperature).exp();            // At most 1, whatever T is.
                var labels = referenceLabels.index_select(0, nearest.flatten()).view_as(nearest); // [m, k]
                var votes = zeros(length, classes, weights.dtype, queries.device).scatter_add_(1, labels, weights);
                right += votes.argmax(1).eq(queryLabels.narrow(0, start, length)).sum().item<long>();
            }

            return right / (double)count;
        }
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

    private static Tensor Normalise(Tensor z) => z / z.norm(1, keepdim: true).clamp_min(TinyNorm);
}
