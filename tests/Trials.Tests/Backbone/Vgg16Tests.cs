using TorchSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Tests.Gpu;
using VicRegSweeps.Trials.Tests.Images;
using VicRegSweeps.Trials.Tests.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone;

/// <summary>The backbone is torchvision's VGG16: same layers, same names, same initialisation.</summary>
public sealed class Vgg16Tests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public static bool CanEmulate => EmulatedLauncher.IsPossible;

    [Fact]
    public void Features_are_those_of_the_same_network_built_from_modules()
    {
        var modules = Modules();
        Save(modules, "vgg16.safetensors");
        var images = CounterRandom.Uniform(1, [4, 3, 32, 32], CPU);
        using var vgg = Vgg16.FromFile(scratch["vgg16.safetensors"], BackbonePrecision.Float32, CPU);

        var features = vgg.Forward(images);

        var mean = tensor(new[] { .4914f, .4822f, .4465f }).reshape(1, 3, 1, 1);
        var std = tensor(new[] { .2470f, .2435f, .2616f }).reshape(1, 3, 1, 1);
        var expected = modules.forward((images - mean) / std).flatten(1);
        Assert.Equal([4, 512], features.shape);
        Assert.Equal(ScalarType.Float32, features.dtype);
        Assert.False(features.requires_grad);
        Assert.InRange((features - expected).norm().item<float>() / expected.norm().item<float>(), 0, 1e-5f);
    }

    [Fact]
    public void Random_weights_have_the_standard_deviation_of_kaimings_fan_out()
    {
        var weights = Vgg16.RandomWeights(0);
        foreach (var (name, weight) in weights.Where(pair => pair.Value.dim() == 4))
        {
            var std = Math.Sqrt(2.0 / (weight.shape[0] * 9));
            // The standard error of a standard deviation from n numbers is std / sqrt(2 n); five of them.
            var tolerance = 5 / Math.Sqrt(2.0 * weight.NumberOfElements);
            Assert.InRange(weight.std().item<float>() / std, 1 - tolerance, 1 + tolerance);
            Assert.InRange(weight.mean().item<float>() / std, -5 / Math.Sqrt(weight.NumberOfElements), 5 / Math.Sqrt(weight.NumberOfElements));
            Assert.True(weights[name.Replace("weight", "bias", StringComparison.Ordinal)].Eq(0).all().item<bool>());
        }

        Assert.Equal(26, weights.Count);
        Assert.Equal(14_714_688, weights.Values.Sum(weight => weight.NumberOfElements)); // As torchvision counts it.
    }

    [Fact]
    public void Equal_seeds_give_equal_features_and_others_do_not()
    {
        var images = CounterRandom.Uniform(1, [2, 3, 32, 32], CPU);
        using var first = Vgg16.Random(7, BackbonePrecision.Float32, CPU);
        using var again = Vgg16.Random(7, BackbonePrecision.Float32, CPU);
        using var other = Vgg16.Random(8, BackbonePrecision.Float32, CPU);

        Assert.True(first.Forward(images).equal(again.Forward(images)).all().item<bool>());
        Assert.NotEqual(0, (first.Forward(images) - other.Forward(images)).abs().max().item<float>());
        Assert.Equal(first.ContentKey, again.ContentKey);
        Assert.NotEqual(first.ContentKey, other.ContentKey);
    }

    [Fact]
    public void Precision_is_part_of_the_key()
    {
        using var single = Vgg16.Random(7, BackbonePrecision.Float32, CPU);
        using var half = Vgg16.Random(7, BackbonePrecision.BFloat16, CPU);

        Assert.NotEqual(single.ContentKey, half.ContentKey);
    }

    [Fact]
    public void BFloat16_agrees_with_float32_to_a_few_percent_of_what_tells_images_apart()
    {
        var (train, _) = Shapes.Generate(0, 64, 1);
        var images = train.Images.to_type(ScalarType.Float32).Div(255);
        using var single = Vgg16.Random(0, BackbonePrecision.Float32, CPU);
        using var half = Vgg16.Random(0, BackbonePrecision.BFloat16, CPU);

        var expected = single.Forward(images); // [64, 512]
        var difference = half.Forward(images) - expected;

        var centred = expected - expected.mean([0], keepdim: true);
        Assert.InRange((difference - difference.mean([0], keepdim: true)).norm().item<float>() / centred.norm().item<float>(), 1e-4f, 0.05f);
    }

    /// <summary>With biases, which random weights have none of, and NaN in one image.</summary>
    [Fact(SkipUnless = nameof(CanEmulate), Skip = "no g++ to build the kernels with")]
    public void What_follows_a_convolution_gives_the_same_bits_by_kernels_as_by_libtorch()
    {
        var weights = Vgg16.RandomWeights(0).ToDictionary(
            pair => pair.Key, pair => pair.Value.dim() == 1 ? CounterRandom.Uniform((ulong)pair.Key.Length, pair.Value.shape, CPU).Sub(0.5) : pair.Value);
        var launcher = new EmulatedLauncher();
        using var network = new DirectVgg16(weights, ScalarType.BFloat16, CPU, launcher);
        var x = CounterRandom.Uniform(1, [3, 32, 32, 3], CPU).to(ScalarType.BFloat16).permute(0, 3, 1, 2); // Channels last in memory.
        x[2, 0, 3, 3].Fill_(double.NaN);
        foreach (var (layer, convolution) in Vgg16Weights.Convolutions.Index())
        {
            var (weight, bias) = (weights[convolution.WeightName].to(x.dtype), weights[convolution.BiasName].to(x.dtype));
            var full = nn.functional.conv2d(x, weight, padding: [1, 1]).Add(bias.view(1, -1, 1, 1)).relu();
            var expected = convolution.PoolAfter ? nn.functional.max_pool2d(full, [2, 2], [2, 2]) : full;
            x = network.Layer(layer, x);
            Assert.Equal(Numbers(expected), Numbers(x));
        }

        Assert.Equal((8, 5), (launcher.Launches["bias_relu"], launcher.Launches["bias_relu_pool"]));

        static float[] Numbers(Tensor x) => x.to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    [Fact]
    public void A_weight_file_without_a_layer_names_the_layer()
    {
        Safetensors.Write(scratch["w"], new Dictionary<string, Tensor> { ["features.0.weight"] = zeros(64, 3, 3, 3) });

        var error = Assert.Throws<SweepException>(() => Vgg16.FromFile(scratch["w"], BackbonePrecision.Float32, CPU));

        Assert.Contains("features.0.bias", error.Message, StringComparison.Ordinal);
        Assert.Contains(scratch["w"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_of_another_shape_is_refused()
    {
        Safetensors.Write(scratch["w"], new Dictionary<string, Tensor> { ["features.0.weight"] = zeros(64, 3, 5, 5) });

        var error = Assert.Throws<SweepException>(() => Vgg16.FromFile(scratch["w"], BackbonePrecision.Float32, CPU));

        Assert.Contains("[64, 3, 5, 5]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[64, 3, 3, 3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_precision_is_told_the_right_ones()
    {
        var error = Assert.Throws<SweepException>(() => BackbonePrecisions.Resolve("half", CPU));

        Assert.Contains("auto, float32, bfloat16", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        using var images = zeros(2, 3, 32, 32);
        LeakCheck.AssertNone(() =>
        {
            using var vgg = Vgg16.Random(0, BackbonePrecision.Float32, CPU);
            vgg.Forward(images).Dispose();
        });
    }

    public void Dispose()
    {
        scope.Dispose();
        scratch.Dispose();
    }

    /// <summary>torchvision's <c>make_layers(cfgs["D"])</c>, module by module.</summary>
    private static nn.Module<Tensor, Tensor> Modules()
    {
        var layers = new List<nn.Module<Tensor, Tensor>>();
        var inputs = 3;
        foreach (var width in new[] { 64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0 })
        {
            if (width == 0)
            {
                layers.Add(nn.MaxPool2d(2, 2));
                continue;
            }

            layers.Add(nn.Conv2d(inputs, width, 3, padding: 1));
            layers.Add(nn.ReLU());
            inputs = width;
        }

        return nn.Sequential(layers);
    }

    private void Save(nn.Module<Tensor, Tensor> modules, string name) => Safetensors.Write(
        scratch[name],
        modules.state_dict().ToDictionary(pair => $"features.{pair.Key}", pair => pair.Value));
}
