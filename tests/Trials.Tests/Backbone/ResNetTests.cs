using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone;

/// <summary>ResNets give what torchvision's own give with the same weights.</summary>
public sealed class ResNetTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("resnet");
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("resnet18", 512)]
    [InlineData("resnet50", 2048)]
    public void Features_are_torchvisions(string arch, int features)
    {
        PyTorch.SkipUnlessTorchvision();
        var (code, output) = PyTorch.Run(Path.Combine(AppContext.BaseDirectory, "Backbone", "resnet.py"), arch, folder.FullName);
        Assert.True(code == 0, output);
        var encoder = Encoder.Named(arch);
        var weights = PathOf($"{arch}.safetensors");

        Assert.Null(encoder.File.Complaint(weights));
        foreach (var (side, statistics) in new[] { (32, "cifar10"), (64, "cifar10"), (64, "imagenet") })
        {
            using var backbone = encoder.Normalized(Normalization.Named(statistics)).FromFile(weights, BackbonePrecision.Float32, CPU, side);
            var images = Read($"images-{side}").reshape(-1, 3, side, side).to(float32);
            var ours = backbone.Forward(images);

            Assert.Equal((6, features, features), (ours.shape[0], ours.shape[1], encoder.FeaturesOf(side)));
            Assert.InRange(TestTrials.Difference(ours, Read($"features-{side}-{statistics}")), 0, 1e-4);
            Assert.InRange(TestTrials.Difference(backbone.Forward(images[..2]), ours[..2]), 0, 1e-5);
        }

        // Torchvision's initialisation: of as many numbers each deviation is its own to a few per cent.
        var deviations = Read("deviations").data<double>().ToArray();
        var drawn = encoder.RandomWeights(0).Where(w => w.Value.dim() == 4).OrderBy(w => Place(encoder, w.Key))
            .Select(w => w.Value.std().to(float64).item<double>()).ToArray();
        Assert.Equal(deviations.Length, drawn.Length);
        Assert.All(deviations.OrderDescending().Zip(drawn.OrderDescending()), pair => Assert.InRange(pair.First / pair.Second, 0.95, 1.05));
    }

    [Fact]
    public void A_seed_gives_the_same_features_again_and_another_seed_others()
    {
        var encoder = Encoder.Named("resnet18");
        using var first = encoder.Random(7, BackbonePrecision.Float32, CPU, 32);
        using var again = encoder.Random(7, BackbonePrecision.Float32, CPU, 32);
        using var other = encoder.Random(8, BackbonePrecision.Float32, CPU, 32);
        var images = TestTrials.Normal("images", 4, 3 * 32 * 32).reshape(4, 3, 32, 32).sigmoid();

        var features = first.Forward(images);

        Assert.Equal(features.data<float>().ToArray(), again.Forward(images).data<float>().ToArray());
        Assert.True(TestTrials.Difference(features, other.Forward(images)) > 0.1);
        Assert.Equal(first.ContentKey, again.ContentKey);
        Assert.Equal(4, new[] { first.ContentKey, other.ContentKey, Encoder.Named("resnet50")
            .ContentKeyOf(first.WeightsKey, BackbonePrecision.Float32, false), Vgg16.Random(7, BackbonePrecision.Float32, CPU).ContentKey }.Distinct().Count());
        Assert.True(features.isfinite().all().item<bool>());
    }

    [Fact]
    public void Half_precision_is_near()
    {
        var encoder = Encoder.Named("resnet18");
        using var single = encoder.Random(0, BackbonePrecision.Float32, CPU, 32);
        using var half = encoder.Random(0, BackbonePrecision.BFloat16, CPU, 32);
        var images = TestTrials.Normal("images", 4, 3 * 32 * 32).reshape(4, 3, 32, 32).sigmoid();

        Assert.InRange(TestTrials.Difference(half.Forward(images), single.Forward(images)), 1e-6, 0.05);
    }

    [Fact]
    public void Weights_of_another_architecture_are_refused()
    {
        Safetensors.Write(PathOf("w.safetensors"), Encoder.Named("resnet18").RandomWeights(0));

        Assert.Null(Encoder.Named("resnet18").File.Complaint(PathOf("w.safetensors")));
        Assert.Contains("'layer1.0.conv1.weight' has shape [64, 64, 3, 3], but ResNet-50 has [64, 64, 1, 1]",
            Encoder.Named("resnet50").File.Complaint(PathOf("w.safetensors")), StringComparison.Ordinal);
        Assert.Contains(
            "has no tensor 'features.0.weight', but backbone.weights must hold VGG16 under torchvision's names",
            Assert.Throws<SweepException>(() => Vgg16.FromFile(PathOf("w.safetensors"), BackbonePrecision.Float32, CPU)).Message, StringComparison.Ordinal);
    }

    private static int Place(Encoder encoder, string name) => encoder.File.Tensors.Index().First(t => t.Item.Name == name).Index;

    private Tensor Read(string name) => NpyFile.ReadReal(PathOf($"{name}.npy"), 2);

    private string PathOf(string name) => Path.Combine(folder.FullName, name);
}
