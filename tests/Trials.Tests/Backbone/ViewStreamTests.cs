using TorchSharp;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Tests.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone;

/// <summary>Streamed features are those of the views that seed, step and image name, whoever else asks at the time.</summary>
public sealed class ViewStreamTests : IDisposable
{
    private static readonly int[] Images = [3, 41, 0, 59, 17, 8, 22, 30, 31, 12];

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly ViewStream stream = StreamOf(AugmentationRecipe.SoloLearn);

    [Fact]
    public void Every_row_is_the_backbones_feature_of_its_view_of_its_image()
    {
        using var images = Shapes.Generate(0, 60, 1).Train;
        using var backbone = new PixelBackbone();
        using var augmentation = new Augmentation(AugmentationRecipe.SoloLearn, 0, CPU);

        var features = Of(stream, seed: 5, step: 7);

        Assert.Equal([20, 48], features.shape);
        for (var row = 0; row < 20; row++)
        {
            var (image, view) = (Images[row % 10], (2 * 7) + (row / 10));
            var key = RandomStream.Key(RandomStream.Key(RandomStream.Key(5, "stream"), image), view);
            var parameters = ViewParameters.Draw(AugmentationRecipe.SoloLearn, new RandomStream(key));
            var pixels = images.Images[image..(image + 1)].to_type(ScalarType.Float32).Div(255);
            var expected = backbone.Forward(augmentation.Apply(pixels, [parameters]))[0];
            Assert.InRange((features[row] - expected).abs().max().item<float>(), 0, 1e-5f);
        }
    }

    [Fact]
    public void Steps_seeds_and_the_two_views_differ_for_every_image()
    {
        var rows = new[] { Of(stream, 5, 7), Of(stream, 5, 8), Of(stream, 6, 7) }
            .SelectMany(features => Enumerable.Range(0, 20).Select(row => (Image: row % 10, Feature: features[row])))
            .ToList();

        foreach (var (i, first) in rows.Index())
        {
            foreach (var second in rows.Take(i).Where(other => other.Image == first.Image))
                Assert.NotEqual(0, (first.Feature - second.Feature).abs().max().item<float>());
        }
    }

    [Fact]
    public void A_seed_sees_the_same_bits_alone_and_beside_others()
    {
        var together = stream.Features([(1, [.. Images[..3]]), (5, Images), (2, Images)], 7);

        Assert.Equal(Of(stream, 5, 7).data<float>().ToArray(), together[1].data<float>().ToArray());
        Assert.Equal([6, 48], together[0].shape);
    }

    [Fact]
    public void Features_are_scaled_when_a_scale_is_given()
    {
        var (centre, factor) = (CounterRandom.Normal(1, [48], CPU), CounterRandom.Normal(2, [48], CPU));
        using var scaled = StreamOf(AugmentationRecipe.SoloLearn,
            new FeatureScale(centre.alias().DetachFromDisposeScope(), factor.alias().DetachFromDisposeScope()));

        var expected = (Of(stream, 5, 7) - centre) * factor;

        Assert.InRange((Of(scaled, 5, 7) - expected).abs().max().item<float>(), 0, 1e-5f);
    }

    [Fact]
    public void The_images_come_in_the_order_that_a_bank_gives_them()
    {
        using var plain = StreamOf(AugmentationRecipe.None); // Every view is the image.
        using var backbone = new PixelBackbone();
        using var images = Shapes.Generate(0, 60, 1).Train;
        var clean = backbone.Forward(images.Images.to_type(ScalarType.Float32).Div(255)); // [60, 48]
        using var streamed = new StreamBatches(plain, 16);
        using var banked = new BankBatches(clean.repeat_interleave(2, 0), new BatchSampler(60, 2, 16), CPU);

        Assert.Equal((3, 3), (streamed.StepsPerEpoch, banked.StepsPerEpoch));
        foreach (var (epoch, step) in new[] { (0, 0), (0, 2), (1, 1), (0, 1) })
        {
            foreach (var (expected, actual) in banked.Of([4, 9], epoch, step).Zip(streamed.Of([4, 9], epoch, step)))
                Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-6f);
        }
    }

    [Fact]
    public void No_tensor_is_left_behind() => LeakCheck.AssertNone(() =>
    {
        using var inner = StreamOf(AugmentationRecipe.SoloLearn);
        Of(inner, 1, 2).Dispose();
    });

    public void Dispose()
    {
        stream.Dispose();
        scope.Dispose();
    }

    private static ViewStream StreamOf(AugmentationRecipe recipe, FeatureScale? scale = null)
    {
        var (train, test) = Shapes.Generate(0, 60, 1);
        test.Dispose();
        return new ViewStream(train, new PixelBackbone(), recipe, scale);
    }

    private static Tensor Of(ViewStream stream, long seed, long step) => stream.Features([(seed, Images)], step)[0];
}
