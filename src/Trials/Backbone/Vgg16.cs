using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>VGG16's thirteen convolutions and five poolings, frozen, in evaluation mode: 32×32 images give 512 features.</summary>
/// <remarks>
/// Configuration D of Simonyan and Zisserman 2015, as torchvision's <c>vgg16().features</c>. Activations lie
/// channels-last in memory, which the processor's convolutions prefer. Letters: B batch, C channels, H and W height and width.
/// </remarks>
public sealed class Vgg16 : IBackbone
{
    private static readonly float[] Cifar10Mean = [0.4914f, 0.4822f, 0.4465f];
    private static readonly float[] Cifar10Std = [0.2470f, 0.2435f, 0.2616f];

    private readonly Lazy<FrozenLayers> layers;

    private Vgg16(string weights, string weightsKey, BackbonePrecision precision, Device device, Lazy<FrozenLayers> layers)
    {
        var word = precision == BackbonePrecision.BFloat16 ? "bfloat16" : "float32";
        Description = $"vgg16, {weights}, {word}";
        ContentKey = Vgg16Weights.HashOf($"vgg16/{weightsKey}/{word}");
        Device = device;
        this.layers = layers;
    }

    public int Features => 512;

    public Device Device { get; }

    public string Description { get; }

    public string ContentKey { get; }

    /// <summary>Torchvision's own initialisation, drawn from the seed. The weights are made at the first <see cref="Forward"/>.</summary>
    public static Vgg16 Random(long seed, BackbonePrecision precision, Device device) => new(
        $"random weights of seed {seed}",
        $"random {Vgg16Weights.InitialisationVersion}, seed {seed}",
        precision,
        device,
        new Lazy<FrozenLayers>(() => new FrozenLayers(Vgg16Weights.Random(seed), precision, device)));

    /// <summary>The weights that <see cref="Random"/> makes, under torchvision's names, float32.</summary>
    public static IReadOnlyDictionary<string, Tensor> RandomWeights(long seed) => Vgg16Weights.Random(seed);

    /// <summary>Weights from a <c>.safetensors</c> file with torchvision's names; tensors beside <c>features.*</c> are ignored.</summary>
    public static Vgg16 FromFile(string path, BackbonePrecision precision, Device device)
    {
        var (weights, key) = Vgg16Weights.FromFile(path);
        return new Vgg16(
            $"weights of {Path.GetFileName(path)}",
            key,
            precision,
            device,
            new Lazy<FrozenLayers>(new FrozenLayers(weights, precision, device)));
    }

    public Tensor Forward(Tensor images)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        return layers.Value.Forward(images).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        if (layers.IsValueCreated)
            layers.Value.Dispose();
    }

    /// <summary>The weights in the type, place and memory layout that the convolutions want.</summary>
    /// <remarks>Takes the weights that it is given, and disposes them.</remarks>
    private sealed class FrozenLayers : IDisposable
    {
        private readonly List<(Tensor Weight, Tensor Bias)> convolutions = [];
        private readonly Tensor mean; // [3, 1, 1]
        private readonly Tensor std; // [3, 1, 1]
        private readonly ScalarType type;

        public FrozenLayers(IReadOnlyDictionary<string, Tensor> weights, BackbonePrecision precision, Device device)
        {
            using var scope = NewDisposeScope();
            type = precision == BackbonePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
            foreach (var convolution in Vgg16Weights.Convolutions)
            {
                var weight = ChannelsLast(weights[convolution.WeightName].to(type, device)); // [C', C, 3, 3]
                var bias = weights[convolution.BiasName].to(type, device, copy: true); // [C']
                convolutions.Add((weight.DetachFromDisposeScope(), bias.DetachFromDisposeScope()));
            }

            foreach (var tensor in weights.Values)
                tensor.Dispose();
            mean = tensor(Cifar10Mean, device: device).reshape(3, 1, 1).DetachFromDisposeScope();
            std = tensor(Cifar10Std, device: device).reshape(3, 1, 1).DetachFromDisposeScope();
        }

        /// <param name="images">[B, 3, 32, 32].</param>
        /// <returns>[B, 512].</returns>
        public Tensor Forward(Tensor images)
        {
            var x = ChannelsLast(images.sub(mean).div_(std).to_type(type)); // [B, 3, 32, 32]
            for (var layer = 0; layer < convolutions.Count; layer++)
            {
                using var input = x;
                x = nn.functional.conv2d(input, convolutions[layer].Weight, convolutions[layer].Bias, padding: [1, 1]).relu_(); // [B, C, H, W]
                if (Vgg16Weights.Convolutions[layer].PoolAfter)
                {
                    using var full = x;
                    x = nn.functional.max_pool2d(full, [2, 2], [2, 2]); // [B, C, H/2, W/2]
                }
            }

            return x.flatten(1).to_type(ScalarType.Float32); // [B, 512, 1, 1] to [B, 512]
        }

        public void Dispose()
        {
            foreach (var (weight, bias) in convolutions)
            {
                weight.Dispose();
                bias.Dispose();
            }

            mean.Dispose();
            std.Dispose();
        }

        /// <summary>[B, C, H, W] still, but with the channels of a pixel side by side in memory.</summary>
        private static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }
}
