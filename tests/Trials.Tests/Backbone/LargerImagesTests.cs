using TorchSharp;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Tests.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone;

/// <summary>Images of more than 32 × 32 pixels: views by loops and by tensor operations agree, and the backbone's last map is flattened.</summary>
public sealed class LargerImagesTests : IDisposable
{
    private const int Side = 64;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly ScratchFolder scratch = new();

    public void Dispose()
    {
        scope.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void Views_by_loops_and_by_tensors_are_the_same()
    {
        using var augmentation = new Augmentation(AugmentationRecipe.SoloLearn, 3, CPU, Side);
        using var byTensors = new TensorViews(CPU, Side);
        var images = TestTrials.Normal("images", 12, 3, Side, Side).sigmoid();
        ViewParameters[] views = [.. Enumerable.Range(0, 12).Select(i => augmentation.Parameters(i, 0) with { Solarize = false })]; // It jumps at its threshold.
        Assert.Contains(views, view => view.Crop.Width > 32);

        var loops = augmentation.Apply(images, views);
        var tensors = byTensors.Apply(images, [.. Enumerable.Range(0, 12)], views);

        Assert.Equal([12, 3, Side, Side], loops.shape);
        Assert.InRange((loops - tensors).abs().max().item<float>(), 0, 1e-4f);
    }

    [Fact]
    public void An_unchanged_view_is_the_image_and_a_mirrored_one_is_mirrored()
    {
        using var augmentation = new Augmentation(AugmentationRecipe.None, 3, CPU, Side);
        var images = TestTrials.Normal("images", 2, 3, Side, Side).sigmoid();

        var views = augmentation.Apply(images, [ViewParameters.UnchangedOf(Side), ViewParameters.UnchangedOf(Side) with { Flip = true }]);

        Assert.Equal(0, (views[0] - images[0]).abs().max().item<float>());
        Assert.InRange((views[1] - images[1].flip(2)).abs().max().item<float>(), 0, 1e-6f);
    }

    [Fact]
    public void The_backbones_last_map_is_flattened_channel_by_channel()
    {
        using var vgg = Vgg16.Random(3, BackbonePrecision.Float32, CPU, Side);
        using var small = Vgg16.Random(3, BackbonePrecision.Float32, CPU);
        var images = TestTrials.Normal("images", 2, 3, Side, Side).sigmoid();

        var features = vgg.Forward(images);

        Assert.Equal(2048, vgg.Features);
        Assert.Equal([2, 2048], features.shape);
        Assert.NotEqual(vgg.ContentKey, small.ContentKey);

        // Layer by layer, as torchvision computes it.
        var x = (images - tensor(Normalization.Cifar10.Mean.ToArray()).reshape(3, 1, 1)) / tensor(Normalization.Cifar10.Std.ToArray()).reshape(3, 1, 1);
        var weights = Vgg16.RandomWeights(3);
        foreach (var convolution in Vgg16Weights.Convolutions)
        {
            x = nn.functional.conv2d(x, weights[convolution.WeightName], weights[convolution.BiasName], padding: [1, 1]).relu();
            if (convolution.PoolAfter) x = nn.functional.max_pool2d(x, [2, 2], [2, 2]);
        }

        Assert.Equal([2, 512, 2, 2], x.shape);
        Assert.InRange((features - x.reshape(2, -1)).norm().item<float>() / x.norm().item<float>(), 0, 1e-5f);
    }

    [Fact]
    public void A_bank_of_larger_images_has_their_features()
    {
        var pixels = new byte[3 * 3 * Side * Side];
        new Random(4).NextBytes(pixels);
        using var train = ImageSet.Create(pixels, [0, 1, 0], 2, Side);
        using var test = ImageSet.Create(pixels[..(2 * 3 * Side * Side)], [ImageSet.NoLabel, ImageSet.NoLabel], 0, Side);
        using var vgg = Vgg16.Random(3, BackbonePrecision.Float32, CPU, Side);

        using var bank = FeatureBank.GetOrBuild(scratch.Path, train, test, AugmentationRecipe.SoloLearn, 2, vgg, 0, null, CancellationToken.None);

        Assert.Equal([3, 2, 2048], bank.Train.Views.shape);
        var clean = vgg.Forward(train.Images.to_type(ScalarType.Float32).Div(255));
        Assert.InRange((bank.Train.Clean - clean).abs().max().item<float>(), 0, 1e-4f);
    }

    [Fact]
    public void Equal_bytes_of_another_side_are_other_images()
    {
        var pixels = new byte[4 * 3 * 32 * 32];
        using var small = ImageSet.Create(pixels, [0, 0, 0, 0], 1);
        using var large = ImageSet.Create(pixels, [0], 1, Side);

        Assert.NotEqual(small.ContentKey, large.ContentKey);
    }
}
