using TorchSharp;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone.Winograd;
using VicRegSweeps.Trials.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone.Winograd;

/// <summary>Every shape of layer equals libtorch's convolution in double precision, and lanes, groups and blocks do not mix.</summary>
public sealed class WinogradConvolutionTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    /// <remarks>Most have more panels than one block, and some a number that is no multiple of a block's.</remarks>
    [Theory]
    [InlineData(3, 64, 32, false, 1)]
    [InlineData(64, 64, 16, true, 5)]
    [InlineData(20, 4, 8, false, 2)]
    [InlineData(20, 8, 8, true, 2)]
    [InlineData(12, 8, 4, false, 3)]
    [InlineData(12, 8, 4, true, 3)]
    [InlineData(32, 16, 2, false, 3)]
    [InlineData(32, 16, 2, true, 3)]
    public void A_layer_equals_the_convolution_in_double_precision(int inputs, int outputs, int side, bool pool, int groups)
    {
        var (weight, bias) = Weights(inputs, outputs);
        var x = CounterRandom.Normal(3, [groups * Lanes.Count, inputs, side, side], CPU).relu();
        using var layer = Layer(weight, bias, side, pool, borderAfter: 1);

        var actual = LayerRun.Of(layer, x);

        var expected = nn.functional.conv2d(x.to(float64), weight.to(float64), bias.to(float64), padding: [1, 1]).relu();
        if (pool)
            expected = nn.functional.max_pool2d(expected, [2, 2], [2, 2]);
        var centred = expected - expected.mean([0], keepdim: true);
        var error = (actual.to(float64) - expected).norm().item<double>() / centred.norm().item<double>();
        Assert.InRange(error, 1e-9, 1e-5);
    }

    [Fact]
    public void The_border_that_the_next_layer_wants_stays_zero()
    {
        var (weight, bias) = Weights(8, 8);
        using var layer = Layer(weight, bias, 8, pool: false, borderAfter: 1);
        var floats = LayerRun.FloatsOf(layer, CounterRandom.Normal(3, [Lanes.Count, 8, 8, 8], CPU));

        for (var channel = 0; channel < 8; channel++)
        {
            for (var i = -1; i <= 8; i++)
            {
                foreach (var (row, column) in new[] { (-1, i), (8, i), (i, -1), (i, 8) })
                    Assert.All(floats.AsSpan(layer.Output.Offset(channel, row, column), Lanes.Count).ToArray(), value => Assert.Equal(0, value));
            }
        }
    }

    [Fact]
    public void An_image_has_the_same_bits_in_every_lane_and_group()
    {
        var (weight, bias) = Weights(16, 8);
        using var layer = Layer(weight, bias, 8, pool: true, borderAfter: 0);
        var image = CounterRandom.Normal(3, [1, 16, 8, 8], CPU);
        var others = CounterRandom.Normal(4, [3 * Lanes.Count, 16, 8, 8], CPU);
        others[0] = image[0];
        others[Lanes.Count - 1] = image[0];
        others[(2 * Lanes.Count) + 5] = image[0];

        var together = LayerRun.Of(layer, others);
        var alone = LayerRun.Of(layer, cat([image, zeros(Lanes.Count - 1, 16, 8, 8)], 0));

        foreach (var place in new[] { 0, Lanes.Count - 1, (2 * Lanes.Count) + 5 })
            Assert.Equal(alone[0].data<float>().ToArray(), together[place].data<float>().ToArray());
    }

    /// <summary>The nested algorithm is an algebraic identity: small whole numbers go through it without any rounding.</summary>
    [Fact]
    public void Maps_of_two_are_exact_for_whole_numbers()
    {
        var weight = CounterRandom.Normal(1, [4, 8, 3, 3], CPU).Mul(4).round();
        var bias = CounterRandom.Normal(2, [4], CPU).Mul(4).round();
        var x = CounterRandom.Normal(3, [Lanes.Count, 8, 2, 2], CPU).Mul(4).round();
        using var layer = Layer(weight, bias, 2, pool: false, borderAfter: 0);

        var actual = LayerRun.Of(layer, x);

        Assert.True(actual.equal(nn.functional.conv2d(x, weight, bias, padding: [1, 1]).relu()).all().item<bool>());
    }

    public void Dispose() => scope.Dispose();

    private static (Tensor Weight, Tensor Bias) Weights(int inputs, int outputs) => (
        CounterRandom.Normal(1, [outputs, inputs, 3, 3], CPU).Mul_(Math.Sqrt(2.0 / (9 * inputs))),
        CounterRandom.Normal(2, [outputs], CPU));

    private static IWinogradConvolution Layer(Tensor weight, Tensor bias, int side, bool pool, int borderAfter) => side > 2
        ? WinogradConvolution.Create<FourOutputs>(weight, bias, side, pool, borderAfter)
        : WinogradConvolution.Create<WholeMapOfTwo>(weight, bias, side, pool, borderAfter);
}
