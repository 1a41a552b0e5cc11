using TorchSharp;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Tests.Gpu;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Metrics;

/// <summary>Singular values by the kernel that GPUs get are LAPACK's.</summary>
public sealed class SingularValuesTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public static bool CanEmulate => EmulatedLauncher.IsPossible;

    [Fact]
    public void Those_taken_core_by_core_are_those_of_the_batch()
    {
        var samples = Normal(7, 40, 12);

        Assert.Equal(TestTrials.Doubles(linalg.svdvals(samples)), TestTrials.Doubles(SingularValues.OnProcessor(samples)));
    }

    [Theory(SkipUnless = nameof(CanEmulate), Skip = "no g++ to build the kernels with")]
    [InlineData(3, 50, 12)]
    [InlineData(2, 40, 33)]
    [InlineData(2, 9, 9)]
    [InlineData(2, 12, 50)]
    [InlineData(4, 30, 2)]
    [InlineData(2, 5, 1)]
    [InlineData(2, 1, 5)]
    public void The_kernels_are_lapacks_whatever_the_shape(int matrices, int rows, int columns)
    {
        var z = Normal(matrices, rows, columns);
        AssertEqual(linalg.svdvals(z), SingularValues.ByKernel(z, new EmulatedLauncher()));
        Assert.True(z.equal(Normal(matrices, rows, columns)).all().item<bool>(), "The matrices were changed.");
    }

    [Fact(SkipUnless = nameof(CanEmulate), Skip = "no g++ to build the kernels with")]
    public void Matrices_of_low_rank_and_of_nothing_have_zeros()
    {
        var line = Normal(1, 60, 1).matmul(Normal(1, 1, 8));
        var twice = cat([Normal(1, 60, 4), Normal(1, 60, 4)], dim: 2);
        var z = cat([line, twice, zeros(1, 60, 8, float64), ones(1, 60, 8, float64)]);
        AssertEqual(linalg.svdvals(z), SingularValues.ByKernel(z, new EmulatedLauncher()));
    }

    /// <summary>LAPACK itself knows small values to rounding of the largest alone; columns of such different lengths tell the two apart.</summary>
    [Fact(SkipUnless = nameof(CanEmulate), Skip = "no g++ to build the kernels with")]
    public void Small_values_have_their_digits_too()
    {
        var basis = linalg.qr(Normal(1, 60, 8)).Q; // [1, 60, 8], orthonormal
        var lengths = tensor([.. Enumerable.Range(0, 8).Select(i => Math.Pow(10, -2 * i))], float64);

        var values = TestTrials.Doubles(SingularValues.ByKernel(basis * lengths, new EmulatedLauncher()));

        Assert.All(values.Zip(TestTrials.Doubles(lengths)), pair => Assert.Equal(1, pair.First / pair.Second, 1e-12));
    }

    public void Dispose() => scope.Dispose();

    private static Tensor Normal(int matrices, int rows, int columns) => TestTrials.Normal($"{matrices} {rows} {columns}", matrices, rows, columns).to(float64);

    /// <summary>To rounding of each matrix's largest.</summary>
    private static void AssertEqual(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var difference = (actual - expected).abs() / expected.amax([1], keepdim: true).ClampMin(1e-300);
        Assert.InRange(difference.max().item<double>(), 0, 1e-13);
    }
}
