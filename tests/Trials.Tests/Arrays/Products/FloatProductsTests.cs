using System.Runtime.Intrinsics;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Arrays.Products;
using VicRegSweeps.Trials.Backbone.Winograd;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Tests.Backbone.Winograd;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Arrays.Products;

/// <summary>Products of floats are those of double precision, rounded, and no width of vectors changes a bit of them.</summary>
public sealed class FloatProductsTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 4, 128, 48 }, { 5, 127, 49 }, { 3, 129, 47 }, { 128, 512, 512 }, { 32, 512, 128 }, { 50, 32, 512 }, { 100, 256, 100 },
        { 7, 1000, 16 }, { 4, 300, 17 }, { 80, 80, 33 }, { 2, 3, 200 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_layout_gives_the_product_and_every_width_the_same_bits(int rows, int length, int columns)
    {
        using var scope = NewDisposeScope();
        foreach (var (leftIsTurned, rightIsTurned, isAdded) in new[] { (false, false, false), (true, false, true), (false, true, true), (true, true, false) })
        {
            var (left, right) = (Factor(1, rows, length, leftIsTurned), Factor(2, length, columns, rightIsTurned));
            var before = CounterRandom.Normal(3, [rows, columns], CPU);
            var exact = left.to(float64).matmul(right.to(float64));
            if (isAdded) exact = exact.Add(before.to(float64));

            var narrow = Product<Width256, Vector256<float>>(before, left, right, isAdded);
            var wide = Product<Width512, Vector512<float>>(before, left, right, isAdded);

            Assert.InRange((narrow.to(float64) - exact).abs().max().item<double>(), 0, 1e-6 * length);
            Assert.Equal(narrow.data<float>().ToArray(), wide.data<float>().ToArray());
        }
    }

    [Fact]
    public void What_lies_beside_a_result_stays_as_it_is()
    {
        using var scope = NewDisposeScope();
        var (left, right, whole) = (CounterRandom.Normal(1, [5, 9], CPU), CounterRandom.Normal(2, [9, 7], CPU), ones(6, 20).Mul(77));
        using var products = FloatProducts.Create();
        var to = Of(whole);
        products.Multiply(to with { Rows = 5, Columns = 7, Address = to.Address + (4 * sizeof(float)) }, Of(left), Of(right));

        Assert.True(whole[..5, 4..11].allclose(left.matmul(right), 1e-5, 1e-5));
        Assert.Equal((6 * 20) - 35, whole.data<float>().ToArray().Count(x => x == 77));
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        using var products = FloatProducts.Create();

        Assert.Throws<ArgumentException>(() => products.Multiply(Of(zeros(2, 2)), Of(zeros(2, 3)), Of(zeros(2, 2))));
        Assert.Throws<ArgumentException>(() => products.Multiply(Of(zeros(2, 2)).Transposed, Of(zeros(2, 3)), Of(zeros(3, 2))));
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(8, false)]
    [InlineData(2, false)]
    public void Convolutions_have_the_same_bits_at_every_width(int side, bool pool)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = (CounterRandom.Normal(1, [8, 12, 3, 3], CPU), CounterRandom.Normal(2, [8], CPU));
        var images = CounterRandom.Normal(3, [Lanes.Count, 12, side, side], CPU);
        using var narrow = Convolution<Width256, Vector256<float>>();
        using var wide = Convolution<Width512, Vector512<float>>();

        Assert.Equal(LayerRun.Of(narrow, images).data<float>().ToArray(), LayerRun.Of(wide, images).data<float>().ToArray());

        IWinogradConvolution Convolution<TWidth, TVector>()
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : unmanaged => side > 2
                ? new WinogradConvolution<FourOutputs, TWidth, TVector>(weight, bias, side, pool, 1)
                : new WinogradConvolution<WholeMapOfTwo, TWidth, TVector>(weight, bias, side, pool, 0);
    }

    private static Tensor Product<TWidth, TVector>(Tensor before, Tensor left, Tensor right, bool isAdded)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : unmanaged
    {
        var result = before.clone();
        using var products = new FloatProducts<TWidth, TVector>();
        products.Multiply(Of(result), Of(left), Of(right), isAdded);
        return result;
    }

    private static Tensor Factor(ulong key, int rows, int columns, bool isTurned) =>
        isTurned ? CounterRandom.Normal(key, [columns, rows], CPU).t() : CounterRandom.Normal(key, [rows, columns], CPU);

    private static unsafe FloatMatrix Of(Tensor tensor)
    {
        var isTurned = tensor.stride(0) == 1 && tensor.shape[0] != 1 && tensor.stride(1) != 1;
        var whole = isTurned ? tensor.t() : tensor;
        fixed (byte* first = whole.bytes)
        {
            var matrix = new FloatMatrix((nint)first, (int)whole.shape[0], (int)whole.shape[1], (nint)whole.stride(0), 1);
            return isTurned ? matrix.Transposed : matrix;
        }
    }
}
