using System.Runtime.InteropServices;
using TorchSharp;
using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Centres features and scales them to unit standard deviation. It owns its tensors.</summary>
/// <param name="Centre">Float32 [F].</param>
/// <param name="Factor">Float32 [F]; 0 for a dead feature.</param>
public sealed record FeatureScale(Tensor Centre, Tensor Factor) : IDisposable
{
    /// <summary>Rows that are turned to double precision at a time, to sum them.</summary>
    private const long RowsPerPiece = 1 << 14;

    /// <summary>From the mean and the standard deviation of every feature.</summary>
    /// <param name="rows">[n, F].</param>
    public static FeatureScale Of(Tensor rows) => Of((int)rows.shape[1], rows.shape[0], (first, count) => rows.narrow(0, first, count));

    /// <inheritdoc cref="Of(Tensor)"/>
    /// <param name="features">F.</param>
    /// <param name="count">n.</param>
    /// <param name="rows">Gives so many rows from the first on; called twice for each.</param>
    internal static FeatureScale Of(int features, long count, Func<long, long, Tensor> rows)
    {
        using var scope = NewDisposeScope();
        var mean = SumOf(features, count, rows, piece => piece).Div(count); // [F]
        var variance = SumOf(features, count, rows, piece => (piece - mean).Square()).Div(count); // [F]
        var std = variance.sqrt();
        var factor = where(std.Lt(FeatureBank.DeadBelow), zeros_like(std), std.reciprocal()); // [F]
        return new FeatureScale(
            mean.to_type(ScalarType.Float32).DetachFromDisposeScope(),
            factor.to_type(ScalarType.Float32).DetachFromDisposeScope());
    }

    /// <summary>In place.</summary>
    /// <param name="features">[…, F], in one piece.</param>
    public void Apply(Tensor features)
    {
        if (features.device_type != DeviceType.CPU)
        {
            features.sub_(Centre).mul_(Factor);
            return;
        }

        var (width, rows) = ((int)Centre.shape[0], features.NumberOfElements / Centre.shape[0]);
        using var flat = features.view(-1, width); // [n, F]
        for (var first = 0L; first < rows; first += RowsPerPiece)
        {
            using var piece = flat.narrow(0, first, Math.Min(RowsPerPiece, rows - first));
            var values = MemoryMarshal.Cast<byte, float>(piece.bytes);
            for (; values.Length > 0; values = values[width..])
            {
                TensorPrimitives.Subtract(values[..width], Values(Centre), values);
                TensorPrimitives.Multiply(values[..width], Values(Factor), values);
            }
        }
    }

    public FeatureScale To(Device device) =>
        new(Centre.to(device, copy: true).DetachFromDisposeScope(), Factor.to(device, copy: true).DetachFromDisposeScope());

    public void Dispose()
    {
        Centre.Dispose();
        Factor.Dispose();
    }

    private static ReadOnlySpan<float> Values(Tensor vector) => MemoryMarshal.Cast<byte, float>(vector.bytes);

    /// <param name="term">From rows in double precision to what is summed.</param>
    /// <returns>[F], double.</returns>
    private static Tensor SumOf(int features, long count, Func<long, long, Tensor> rows, Func<Tensor, Tensor> term)
    {
        var sum = zeros(features, ScalarType.Float64);
        for (var start = 0L; start < count; start += RowsPerPiece)
        {
            using var scope = NewDisposeScope();
            var piece = rows(start, Math.Min(RowsPerPiece, count - start)).to_type(ScalarType.Float64);
            sum.Add_(term(piece).sum(dim: 0)); // A bare 0 would be taken for a ScalarType.
        }

        return sum;
    }
}
