using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>A linear probe in closed form: ridge regression from centred samples to one-hot classes.</summary>
public static class RidgeProbe
{
    /// <summary>The ridge unless said otherwise, as a share of the samples' mean variance, so that the probe does not depend on their scale.</summary>
    public const double RelativeRidge = 1e-3;

    /// <summary>The parts that <see cref="CrossValidatedTop1"/> divides a sample into.</summary>
    public const int Folds = 5;

    // Samples of so many numbers are held at a time.
    private const long NumbersPerPiece = 1 << 24;

    /// <summary>The share of queries whose class the probe finds, for each trial.</summary>
    /// <param name="reference">Labelled samples, [K, N, D].</param>
    /// <param name="referenceLabels">[N], from 0.</param>
    /// <param name="queries">[K, M, D].</param>
    /// <param name="queryLabels">[M].</param>
    /// <returns>Top-1 accuracies, one per trial; that of the most frequent class where the samples are constant.</returns>
    public static double[] Top1(Tensor reference, Tensor referenceLabels, Tensor queries, Tensor queryLabels) =>
        Top1(reference, referenceLabels, queries, queryLabels, RelativeRidge)[0];

    /// <summary>
    /// The same with several ridges. What is large, the matrix of the samples, is formed once; each ridge then is a system of its own, since it takes
    /// some ten of them until the eigenvalues of the matrix would have been cheaper.
    /// </summary>
    /// <param name="ridges">Each as a share of the samples' mean variance.</param>
    /// <returns>For each ridge top-1 accuracies, one per trial.</returns>
    /// <inheritdoc cref="Top1(Tensor, Tensor, Tensor, Tensor)"/>
    public static double[][] Top1(Tensor reference, Tensor referenceLabels, Tensor queries, Tensor queryLabels, params IReadOnlyList<double> ridges)
    {
        using var noGradient = no_grad();
        using var outer = NewDisposeScope();
        var classes = Math.Max(referenceLabels.max().item<long>(), queryLabels.max().item<long>()) + 1;
        var targets = nn.functional.one_hot(referenceLabels, classes).to(float64);               // [N, C]
        var (trials, count, dimension) = (reference.shape[0], reference.shape[1], reference.shape[2]);
        var step = Math.Clamp(NumbersPerPiece / (count * dimension), 1, trials);
        var accuracies = ridges.Select(_ => new List<double>()).ToList();
        for (var start = 0L; start < trials; start += step)
        {
            using var scope = NewDisposeScope();
            var piece = Math.Min(step, trials - start);
            var scores = Scores(reference.narrow(0, start, piece), targets, queries.narrow(0, start, piece), ridges, bySamples: count < dimension);
            foreach (var (ridge, ofRidge) in scores.Index())
                accuracies[ridge].AddRange(ofRidge.argmax(2).eq(queryLabels).to(float64).mean([1]).cpu().data<double>());
        }

        return [.. accuracies.Select(a => a.ToArray())];
    }

    /// <summary>What the probe predicts for the queries. Both ways are the same regression, by the smaller of two matrices.</summary>
    /// <param name="reference">[k, N, D].</param>
    /// <param name="targets">[N, C] in double precision.</param>
    /// <param name="queries">[k, M, D].</param>
    /// <param name="ridges">Each as a share of the samples' mean variance.</param>
    /// <param name="bySamples">Whether a matrix N × N is solved (Saunders et al. 1998, the dual form), or one D × D.</param>
    /// <returns>[k, M, C] for each ridge.</returns>
    internal static Tensor[] Scores(Tensor reference, Tensor targets, Tensor queries, IReadOnlyList<double> ridges, bool bySamples)
    {
        using var scope = NewDisposeScope();
        if (!bySamples)
        {
            using var moments = new ReadoutMoments(reference, targets);
            return [.. ridges.Select(share =>
            {
                using var readout = new Readout(moments, share);
                return readout.Of(queries).MoveToOuterDisposeScope();
            })];
        }

        var (count, dimension) = (reference.shape[1], reference.shape[2]);
        var targetMean = targets.mean([0], keepdim: true);
        var x = reference.to(float64);                                                            // [k, N, D]
        var mean = x.mean([1], keepdim: true);
        x = x - mean;
        var asked = queries.to(float64) - mean;                                                   // [k, M, D]
        var gram = bmm(x, x.transpose(1, 2)).Div(count);                                          // [k, N, N]
        var variance = gram.diagonal(0, 1, 2).sum(1).Div(dimension);                              // [k]; both matrices have the same trace
        var residues = (targets - targetMean).Div(count).unsqueeze(0).expand(x.shape[0], -1, -1); // [k, N, C]
        var products = bmm(asked, x.transpose(1, 2));                                             // [k, M, N]
        return [.. ridges.Select(share =>
        {
            using var solved = NewDisposeScope();
            var coefficients = linalg.solve(WithRidge(gram, variance.Mul(share)), residues);      // [k, N, C]
            return bmm(products, coefficients).Add(targetMean).MoveToOuterDisposeScope().MoveToOuterDisposeScope(); // Of both scopes.
        })];
    }

    /// <param name="matrices">[k, n, n].</param>
    /// <param name="ridges">[k].</param>
    internal static Tensor WithRidge(Tensor matrices, Tensor ridges) =>
        matrices.Add(eye(matrices.shape[1], dtype: float64, device: matrices.device) * ridges.ClampMin(1e-300).view(-1, 1, 1));

    /// <summary>
    /// The same where one labelled sample is all there is: each fifth is classified by a probe of the other four. Every
    /// class is spread evenly over the fifths, so that a sample that says nothing scores as often as the most frequent class.
    /// </summary>
    /// <param name="sample">[K, N, D], N at least 2.</param>
    /// <param name="labels">[N], from 0.</param>
    /// <remarks>
    /// Leaving one out at a time would make its class rarer among the others than it is, and a collapsed sample of equally
    /// frequent classes would score 0.
    /// </remarks>
    public static double[] CrossValidatedTop1(Tensor sample, Tensor labels)
    {
        using var noGradient = no_grad();
        using var outer = NewDisposeScope();
        var byClass = labels.sort(stable: true).Indices;                                             // [N], rows of a class together
        var fold = empty_like(labels).scatter_(0, byClass, TensorArithmetic.Arange(labels.shape[0], int64, labels.device).Remainder(Folds));
        var right = new double[sample.shape[0]];
        for (var number = 0; number < Math.Min(Folds, labels.shape[0]); number++)
        {
            using var scope = NewDisposeScope();
            var (held, rest) = (fold.Eq(number).nonzero().flatten(), fold.Ne(number).nonzero().flatten());
            var (x, y) = (sample.index_select(1, rest), labels.index_select(0, rest));
            var accuracy = Top1(x, y, sample.index_select(1, held), labels.index_select(0, held));
            for (var trial = 0; trial < right.Length; trial++)
                right[trial] += accuracy[trial] * held.shape[0];
        }

        return [.. right.Select(r => r / labels.shape[0])];
    }
}
