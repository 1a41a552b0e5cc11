using System.Globalization;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>Embeddings and their labels from NPY files of any framework.</summary>
public static class EmbeddingFile
{
    /// <summary>The covariance term is of the fourth power, and a double ends at 1.8e308. Every finite float32 is smaller.</summary>
    private const double LargestMagnitude = 1e75;

    /// <summary>Reads a view's embeddings, one row a sample.</summary>
    /// <returns>[N, D] in double precision, N at least 2, D at least 1, every value finite.</returns>
    /// <exception cref="SweepException">The file cannot be read, or holds something else.</exception>
    public static Tensor Read(string path)
    {
        using var scope = NewDisposeScope();
        var z = NpyFile.ReadReal(path, dimensions: 2);
        if (z.shape[0] < 2)
            throw new SweepException($"'{path}' has {Count(z.shape[0], "row")}, but must have at least 2, one for each sample.");
        if (z.shape[1] < 1)
            throw new SweepException($"'{path}' has 0 columns, but must have at least 1, one for each dimension.");

        var allowed = z.abs().Le(LargestMagnitude); // False for NaN too.
        if (!allowed.all().item<bool>())
        {
            var first = (~allowed).nonzero()[0];
            var (row, column) = (first[0].item<long>(), first[1].item<long>());
            throw new SweepException(
                $"'{path}' holds {Shown(z[row, column].item<double>())} in row {row}, column {column} (counted from 0), but every value must be finite and at most {Shown(LargestMagnitude)} in magnitude.");
        }

        return z.MoveToOuterDisposeScope();
    }

    /// <summary>Reads the class of every sample.</summary>
    /// <param name="embeddings">The file whose samples they are, for messages.</param>
    /// <param name="samples">How many it has.</param>
    /// <returns>[N], the classes numbered from 0 in order.</returns>
    /// <inheritdoc cref="Read"/>
    public static Tensor ReadLabels(string path, string embeddings, long samples)
    {
        using var scope = NewDisposeScope();
        var labels = NpyFile.ReadInteger(path, dimensions: 1);
        if (labels.shape[0] != samples)
            throw new SweepException($"'{path}' has {Count(labels.shape[0], "label")}, but must have one for each of the {samples} rows of '{embeddings}'.");

        var negative = labels.Lt(0).nonzero(); // [n, 1]
        if (negative.shape[0] > 0)
        {
            var row = negative[0, 0].item<long>();
            throw new SweepException($"'{path}' holds {labels[row].item<long>()} in row {row} (counted from 0), but a label must be at least 0.");
        }

        // Class numbers may be far apart, and what comes is as long as the largest.
        return labels.unique(sorted: true, return_inverse: true).inverse_indices!.MoveToOuterDisposeScope();
    }

    private static string Count(long number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    private static string Shown(double value) => double.IsInfinity(value)
        ? (value > 0 ? "infinity" : "-infinity")
        : value.ToString("0.######e0", CultureInfo.InvariantCulture);
}
