using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>A trial starts as PyTorch's layers start, from its seed and the layer's name alone.</summary>
public sealed class InitialisationTests
{
    private static readonly StackLayout Layout = LayoutOf(50, 100);

    [Theory]
    [InlineData("embedding.0", 512)]
    [InlineData("embedding.3", 128)]
    [InlineData("embedding.6", 32)]
    [InlineData("expander.0", 50)]
    [InlineData("expander.6", 80)]
    public void A_linear_layer_is_uniform_within_one_over_the_root_of_its_inputs(string layer, int inputs)
    {
        var bound = 1 / Math.Sqrt(inputs);
        foreach (var name in new[] { "weight", "bias" })
        {
            var values = TestTrials.Doubles(Of($"{layer}.{name}", Initial(Layout, 0)));
            Assert.InRange(values.Max(), bound * (1 - (20.0 / values.Length)), bound);
            Assert.InRange(values.Min(), -bound, -bound * (1 - (20.0 / values.Length)));

            // The mean of n such numbers has a standard deviation of bound / sqrt(3 n).
            Assert.InRange(values.Average(), -4 * bound / Math.Sqrt(3 * values.Length), 4 * bound / Math.Sqrt(3 * values.Length));
        }
    }

    [Fact]
    public void BatchNorm_starts_as_the_identity()
    {
        var (parameters, buffers) = StackNetwork.Initialise(Layout, [0, 1], CPU);
        foreach (var layer in new[] { "embedding.5", "expander.1", "expander.4" })
        {
            Assert.All(TestTrials.Doubles(Of($"{layer}.weight", parameters)), w => Assert.Equal(1, w));
            Assert.All(TestTrials.Doubles(Of($"{layer}.bias", parameters)), b => Assert.Equal(0, b));
            Assert.All(TestTrials.Doubles(Layout.Buffers.Single(s => s.Name == $"{layer}.running_mean").Of(buffers)), m => Assert.Equal(0, m));
            Assert.All(TestTrials.Doubles(Layout.Buffers.Single(s => s.Name == $"{layer}.running_var").Of(buffers)), v => Assert.Equal(1, v));
        }
    }

    [Fact]
    public void Trials_of_one_seed_start_alike_whatever_their_place_and_of_two_seeds_differently()
    {
        var three = Initial(Layout, 4, 9, 4);
        Assert.True(three[0].equal(three[2]).all().item<bool>());
        Assert.True(three[1].equal(Initial(Layout, 9)[0]).all().item<bool>());
        Assert.False(three[0].equal(three[1]).all().item<bool>());
    }

    [Fact]
    public void Layers_of_the_same_shape_start_alike_in_trials_of_different_shapes()
    {
        var (narrow, wide) = (LayoutOf(2, 100), LayoutOf(64, 16));
        foreach (var name in new[] { "embedding.0.weight", "embedding.3.bias", "expander.3.weight" })
        {
            var a = narrow.Parameters.Single(s => s.Name == name).Of(Initial(narrow, 3));
            var b = wide.Parameters.Single(s => s.Name == name).Of(Initial(wide, 3));
            Assert.True(a.equal(b).all().item<bool>());
        }
    }

    private static Tensor Initial(StackLayout layout, params long[] seeds) => StackNetwork.Initialise(layout, seeds, CPU).Parameters;

    private static Tensor Of(string name, Tensor rows) => Layout.Parameters.Single(s => s.Name == name).Of(rows);

    private static StackLayout LayoutOf(int embedding, int representation) => new(StackSettings.From(
        TestTrials.Of(0, ("model.embedding_dim", embedding), ("model.representation_dim", representation)).Settings).Network);
}
