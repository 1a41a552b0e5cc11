using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Weights;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone;

/// <summary>Images come to a backbone as the sweep file says it, and trials of before there was a choice stay what they were.</summary>
public sealed class NormalizationTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("vgg16", 32, "float32")] // Minimal filtering.
    [InlineData("vgg16", 64, "float32")] // libtorch's convolutions.
    [InlineData("vgg16", 32, "bfloat16")]
    [InlineData("resnet18", 64, "float32")]
    [InlineData("conv4", 32, "float32")]
    public void ImageNets_statistics_are_taken_from_images_before_the_first_convolution(string arch, int side, string precision)
    {
        var images = TestTrials.Normal("images", 4, 3, side, side).sigmoid();
        var byHand = (images - tensor(new[] { 0.485f, 0.456f, 0.406f }).reshape(3, 1, 1)) / tensor(new[] { 0.229f, 0.224f, 0.225f }).reshape(3, 1, 1);

        var ours = Features("imagenet", images);

        Assert.InRange(TestTrials.Difference(ours, Features("none", byHand)), 0, 1e-5);
        Assert.True(TestTrials.Difference(ours, Features("cifar10", images)) > 0.01);

        Tensor Features(string word, Tensor from)
        {
            using var backbone = Encoder.Named(arch).Normalized(Normalization.Named(word)).Random(1, BackbonePrecisions.Resolve(precision, CPU), CPU, side);
            return backbone.Forward(from);
        }
    }

    [Theory]
    [InlineData("vgg16")]
    [InlineData("resnet50")]
    [InlineData("conv4")]
    [InlineData("none")]
    public void Each_has_banks_of_its_own_and_those_of_before_are_CIFAR_10s(string arch)
    {
        var keys = Normalization.All.Select(n => Encoder.Named(arch).Normalized(n).ContentKeyOf("w", BackbonePrecision.Float32, isWinograd: false)).ToList();

        Assert.Equal(3, keys.Distinct().Count());
        Assert.Equal(keys[0], Encoder.Named(arch).ContentKeyOf("w", BackbonePrecision.Float32, isWinograd: false));
        Assert.Equal(keys[0], Vgg16Weights.HashOf(arch switch // As version 0.2.0 made them.
        {
            "vgg16" => "vgg16/w/float32",
            "conv4" => "conv4 32-64-128-256 1/w/Float32",
            "none" => "pixels 1",
            _ => $"{arch} 1/w/Float32",
        }));
    }

    [Fact]
    public void It_is_a_part_of_a_trials_identity_where_it_is_another_than_CIFAR_10s()
    {
        Assert.Equal(TestTrials.Of(0).Id, Of("cifar10").Id);
        Assert.Equal(3, new[] { "cifar10", "imagenet", "none" }.Select(word => Of(word).Id).Distinct().Count());
        Assert.Equal(TestTrials.Of(0, ("backbone.arch", "none")).Id, Of("imagenet", ("backbone.arch", "none")).Id); // Pixels have no backbone.
    }

    [Fact]
    public void A_backbone_that_is_trained_is_given_such_images_too()
    {
        var images = TestTrials.Normal("images", 2, 3, 32, 32).sigmoid();
        using var pixels = TrialInputs.Backbone(Of("none", ("backbone.arch", "conv4"), ("backbone.train", true)).Settings, CPU);

        Assert.Equal(0, TestTrials.Difference(pixels.Forward(images), images.flatten(1)));
    }

    [Theory]
    [InlineData("resnet18", false)]
    [InlineData("conv4", true)]
    public void Exported_weights_say_it(string arch, bool isTrained)
    {
        var trial = Of("imagenet", ("backbone.arch", arch), ("backbone.train", isTrained));
        var folder = Directory.CreateTempSubdirectory("normalization");
        try
        {
            var artifact = Path.Combine(folder.FullName, "artifact");
            using (var stack = new Stack([trial], 10, CPU))
            using (var file = File.Create(artifact)) TrainedModel.Write(file, stack, trial, scale: null);
            WeightsFolder.Write(folder.FullName, trial, artifact);

            var described = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.FullName, "config.json")))!["backbone"]!;
            Assert.Equal([0.485f, 0.456f, 0.406f], described["mean"]!.AsArray().Select(n => n!.GetValue<float>()));
            Assert.Equal([0.229f, 0.224f, 0.225f], described["std"]!.AsArray().Select(n => n!.GetValue<float>()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static SweepEngine.Planning.Trial Of(string word, params IEnumerable<(string, ParameterValue)> others) =>
        TestTrials.Of(0, [(Normalization.Parameter, word), .. others]);
}
