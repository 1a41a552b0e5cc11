using VicRegSweeps.Trials.Backbone.Gpu;
using VicRegSweeps.Trials.Backbone.Winograd;
using VicRegSweeps.Trials.Gpu;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>VGG16's thirteen convolutions and five poolings, frozen, in evaluation mode: images of S × S pixels give 512 · (S/32)² features.</summary>
/// <remarks>
/// Configuration D of Simonyan and Zisserman 2015, as torchvision's <c>vgg16().features</c>. In float32 on the processor it
/// is <see cref="WinogradVgg16"/> for 32 × 32 pixels, which is several times faster there than libtorch; else <see cref="DirectVgg16"/>.
/// </remarks>
public sealed class Vgg16 : IBackbone
{
    private readonly Lazy<IVgg16Layers> layers;

    private Vgg16(
        string weights, string weightsKey, BackbonePrecision precision, Device device, int side, Normalization normalization,
        Func<Dictionary<string, Tensor>> makeWeights)
    {
        var isWinograd = IsWinograd(precision, device, side);
        Features = FeaturesOf(side);
        WeightsKey = weightsKey;
        Description = $"vgg16, {weights}, {Word(precision)}{normalization.After(", ")}";
        ContentKey = ContentKeyOf(weightsKey, precision, isWinograd, normalization);
        Device = device;
        Batch = isWinograd ? WinogradVgg16.Batch : DirectVgg16.BatchOn(device, side);
        layers = new Lazy<IVgg16Layers>(() => Layers(makeWeights(), isWinograd, precision, device, normalization));
    }

    /// <summary>Of an image of 32 × 32 pixels: the channels of the last map, which is a single pixel then.</summary>
    public const int FeatureCount = 512;

    public int Features { get; }

    public Device Device { get; }

    public string Description { get; }

    public string ContentKey { get; }

    public BackboneBatch Batch { get; }

    /// <summary>Equal for equal weights, whatever they are computed with.</summary>
    public string WeightsKey { get; }

    /// <summary>Of an image: the last map flattened channel by channel, as torchvision's <c>flatten(1)</c>.</summary>
    /// <param name="side">S, a multiple of 32.</param>
    public static int FeaturesOf(int side) => FeatureCount * (side / ImageSet.SmallSide) * (side / ImageSet.SmallSide);

    /// <summary>The <see cref="ContentKey"/> of a backbone with these weights.</summary>
    /// <param name="isWinograd">Whether it is a <see cref="WinogradVgg16"/>.</param>
    internal static string ContentKeyOf(string weightsKey, BackbonePrecision precision, bool isWinograd, Normalization normalization) => Vgg16Weights.HashOf(
        $"vgg16/{weightsKey}/{Word(precision)}{(isWinograd ? $"/winograd {WinogradVgg16.Version}" : "")}{normalization.After("/")}");

    /// <summary>Torchvision's own initialisation, drawn from the seed. The weights are made at the first <see cref="Forward"/>.</summary>
    /// <param name="side">Of the images, a multiple of 32.</param>
    /// <param name="normalization">Of the images; CIFAR-10's unless given.</param>
    public static Vgg16 Random(
        long seed, BackbonePrecision precision, Device device, int side = ImageSet.SmallSide, Normalization? normalization = null) => new(
        $"random weights of seed {seed}",
        $"random {Vgg16Weights.InitialisationVersion}, seed {seed}",
        precision,
        device,
        side,
        normalization ?? Normalization.Cifar10,
        () => Vgg16Weights.Random(seed));

    /// <summary>The weights that <see cref="Random"/> makes, under torchvision's names, float32.</summary>
    public static IReadOnlyDictionary<string, Tensor> RandomWeights(long seed) => Vgg16Weights.Random(seed);

    /// <summary>The weights that <see cref="FromFile"/> takes from a file, under torchvision's names, float32.</summary>
    public static IReadOnlyDictionary<string, Tensor> FileWeights(string path) => Vgg16Weights.File.Read(path).Weights;

    /// <summary>Weights from a <c>.safetensors</c> file with torchvision's names; tensors beside <c>features.*</c> are ignored.</summary>
    /// <inheritdoc cref="Random"/>
    public static Vgg16 FromFile(
        string path, BackbonePrecision precision, Device device, int side = ImageSet.SmallSide, Normalization? normalization = null)
    {
        var (weights, key) = Vgg16Weights.File.Read(path);
        var vgg = new Vgg16($"weights of {Path.GetFileName(path)}", key, precision, device, side, normalization ?? Normalization.Cifar10, () => weights);
        _ = vgg.layers.Value; // It takes the weights over, whether or not anything is computed with them.
        return vgg;
    }

    public Tensor Forward(Tensor images)
    {
        // Loops of our own read it as it lies in memory.
        if (images.dtype != float32) throw new ArgumentException($"Images are float32 from 0 to 1, not {images.dtype}.", nameof(images));

        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        return layers.Value.Forward(images).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        if (layers.IsValueCreated)
            layers.Value.Dispose();
    }

    private static bool IsWinograd(BackbonePrecision precision, Device device, int side) =>
        precision == BackbonePrecision.Float32 && device.type == TorchSharp.DeviceType.CPU && side == ImageSet.SmallSide;

    private static string Word(BackbonePrecision precision) => precision == BackbonePrecision.BFloat16 ? "bfloat16" : "float32";

    /// <summary>Takes the weights over: they are disposed.</summary>
    private static IVgg16Layers Layers(
        Dictionary<string, Tensor> weights, bool isWinograd, BackbonePrecision precision, Device device, Normalization normalization)
    {
        using var gradientOff = no_grad();
        try
        {
            return isWinograd
                ? new WinogradVgg16(weights, normalization)
                : new DirectVgg16(
                    weights,
                    precision == BackbonePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32,
                    device,
                    CudaLauncher.TryCreate(BackboneKernels.Source, device),
                    normalization);
        }
        finally
        {
            foreach (var tensor in weights.Values)
                tensor.Dispose();
        }
    }
}
