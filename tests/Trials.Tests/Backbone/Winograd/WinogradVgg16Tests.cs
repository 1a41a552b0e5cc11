using TorchSharp;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Backbone.Winograd;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Tests.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone.Winograd;

/// <summary>The fast network gives the direct one's features to a stated tolerance, with the same bits in whatever company.</summary>
public sealed class WinogradVgg16Tests : IDisposable
{
    private static readonly Dictionary<string, Tensor> Weights = Vgg16Weights.Random(3);
    private static readonly WinogradVgg16 Network = new(Weights);

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor images;

    public WinogradVgg16Tests()
    {
        using var train = Shapes.Generate(0, 60, 1).Train;
        images = train.Images.to_type(ScalarType.Float32).Div(255); // Two whole groups of 24 and a part of one, or a part of one group.
    }

    /// <summary>Relative to what tells images apart, which is a small part of a random network's features.</summary>
    [Fact]
    public void Features_are_those_of_direct_convolutions_in_double_precision()
    {
        using var direct = new DirectVgg16(Weights, ScalarType.Float64, CPU);
        var expected = Double(direct, images);

        var actual = Network.Forward(images);

        Assert.Equal([60, 512], actual.shape);
        Assert.InRange(Error(actual, expected), 1e-8, 3e-5);
    }

    [Fact]
    public void An_image_has_the_same_bits_alone_and_among_others()
    {
        var together = Network.Forward(images);

        foreach (var (start, count) in new[] { (0, 1), (59, 1), (17, 25), (30, 30) })
        {
            var some = Network.Forward(images[start..(start + count)]);
            Assert.Equal(together[start..(start + count)].data<float>().ToArray(), some.data<float>().ToArray());
        }
    }

    [Fact]
    public void Features_have_the_same_bits_on_any_number_of_threads()
    {
        var alone = Network.Forward(images).data<float>().ToArray();
        var parts = Enumerable.Range(0, 12).Select(_ => new float[60 * 512]).ToArray();

        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = 5 }, i =>
        {
            using var features = Network.Forward(images);
            features.data<float>().CopyTo(parts[i]);
        });

        Assert.All(parts, part => Assert.Equal(alone, part));
    }

    [Fact]
    public void Images_that_do_not_lie_in_one_piece_are_read_right()
    {
        var expected = Network.Forward(images[..5]).data<float>().ToArray();

        var transposed = images[..5].permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

        Assert.Equal(expected, Network.Forward(transposed).data<float>().ToArray());
    }

    [Fact]
    public void No_image_gives_no_feature() => Assert.Equal([0, 512], Network.Forward(images[..0]).shape);

    [Fact]
    public void No_tensor_is_left_behind() => LeakCheck.AssertNone(() => Network.Forward(images).Dispose());

    public void Dispose() => scope.Dispose();

    private static Tensor Double(DirectVgg16 direct, Tensor images)
    {
        var (mean, std) = (tensor(Normalization.Cifar10.Mean.ToArray()), tensor(Normalization.Cifar10.Std.ToArray())); // [3]
        var x = (images.to(float64) - mean.reshape(3, 1, 1)) / std.reshape(3, 1, 1);
        for (var layer = 0; layer < Vgg16Weights.Convolutions.Count; layer++)
            x = direct.Layer(layer, x);
        return x.flatten(1);
    }

    private static double Error(Tensor actual, Tensor expected)
    {
        var centred = expected - expected.mean([0], keepdim: true);
        return ((actual.to(float64) - expected).norm() / centred.norm()).item<double>();
    }
}
