using TorchSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Tests.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Metrics;

/// <summary>Only embeddings that can be judged are let in.</summary>
public sealed class EmbeddingFileTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        scratch.Dispose();
    }

    [Theory]
    [InlineData(double.NaN, "holds NaN in row 2, column 1 (counted from 0), but every value must be finite and at most 1e75 in magnitude.")]
    [InlineData(double.PositiveInfinity, "holds infinity in row 2, column 1")]
    [InlineData(double.NegativeInfinity, "holds -infinity in row 2, column 1")]
    [InlineData(-1.5e76, "holds -1.5e76 in row 2, column 1")]
    public void The_first_value_that_is_not_allowed_is_named(double value, string message)
    {
        var z = zeros(4, 3, ScalarType.Float64);
        z[2, 1] = value;
        z[3, 0] = double.NaN;
        Refused(z, message);
    }

    [Fact]
    public void Too_few_rows_or_columns_are_refused()
    {
        Refused(ones(1, 3), "has 1 row, but must have at least 2, one for each sample.");
        Refused(ones(0, 3), "has 0 rows, but must have at least 2");
        Refused(ones(3, 0), "has 0 columns, but must have at least 1");
    }

    [Fact]
    public void Labels_are_numbered_from_0_in_order()
    {
        NpyFile.Write(scratch["l"], tensor(new[] { 1_000_000_000_000, 7, 7, 30 }));
        Assert.Equal([2, 0, 0, 1], EmbeddingFile.ReadLabels(scratch["l"], "z", 4).data<long>().ToArray());
    }

    [Fact]
    public void Labels_must_be_as_many_as_rows_and_not_negative()
    {
        NpyFile.Write(scratch["l"], tensor(new[] { 0L, 1, -1, 2 }));
        Assert.EndsWith("has 4 labels, but must have one for each of the 5 rows of 'z'.", Error(() => EmbeddingFile.ReadLabels(scratch["l"], "z", 5)),
            StringComparison.Ordinal);
        Assert.EndsWith("holds -1 in row 2 (counted from 0), but a label must be at least 0.", Error(() => EmbeddingFile.ReadLabels(scratch["l"], "z", 4)),
            StringComparison.Ordinal);
    }

    private void Refused(Tensor z, string message)
    {
        NpyFile.Write(scratch["z"], z);
        Assert.Contains($"'{scratch["z"]}' {message}", Error(() => EmbeddingFile.Read(scratch["z"])), StringComparison.Ordinal);
    }

    private static string Error(Func<Tensor> read) => Assert.Throws<SweepException>(read).Message;
}
