using VicRegSweeps.Trials.Backbone.Gpu;
using VicRegSweeps.Trials.Backbone.Winograd;
using VicRegSweeps.Trials.Gpu;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>VGG16's thirteen convolutions and five poolings, frozen, in evaluation mode: 32×32 images give 512 features.</summary>
/// <remarks>
/// Configuration D of Simonyan and Zisserman 2015, as torchvision's <c>vgg16().features</c>. In float32 on the processor it
/// is <see cref="WinogradVgg16"/>, which is several times faster there than libtorch; else <see cref="DirectVgg16"/>.
/// </remarks>
public sealed class Vgg16 : IBackbone
{
    private readonly Lazy<IVgg16Layers> layers;

    private Vgg16(
        string weights, string weightsKey, BackbonePrecision precision, Device device, Func<Dictionary<string, Tensor>> makeWeights)
    {
        var isWinograd = precision == BackbonePrecision.Float32 && device.type == TorchSharp.DeviceType.CPU;
        WeightsKey = weightsKey;
        Description = $"vgg16, {weights}, {Word(precision)}";
        ContentKey = ContentKeyOf(weightsKey, precision, isWinograd);
        Device = device;
        Batch = isWinograd ? WinogradVgg16.Batch : DirectVgg16.BatchOn(device);
        layers = new Lazy<IVgg16Layers>(() => Layers(makeWeights(), isWinograd, precision, device));
    }

    /// <summary>Of every image.</summary>
    public const int FeatureCount = 512;

    public int Features => FeatureCount;

    public Device Device { get; }

    public string Description { get; }

    public string ContentKey { get; }

    public BackboneBatch Batch { get; }

    /// <summary>Equal for equal weights, whatever they are computed with.</summary>
    public string WeightsKey { get; }

    /// <summary>The <see cref="ContentKey"/> of a backbone with these weights.</summary>
    /// <param name="isWinograd">Whether it is a <see cref="WinogradVgg16"/>.</param>
    internal static string ContentKeyOf(string weightsKey, BackbonePrecision precision, bool isWinograd) =>
        Vgg16Weights.HashOf($"vgg16/{weightsKey}/{Word(precision)}{(isWinograd ? $"/winograd {WinogradVgg16.Version}" : "")}");

    /// <summary>Torchvision's own initialisation, drawn from the seed. The weights are made at the first <see cref="Forward"/>.</summary>
    public static Vgg16 Random(long seed, BackbonePrecision precision, Device device) => new(
        $"random weights of seed {seed}",
        $"random {Vgg16Weights.InitialisationVersion}, seed {seed}",
        precision,
        device,
        () => Vgg16Weights.Random(seed));

    /// <summary>The weights that <see cref="Random"/> makes, under torchvision's names, float32.</summary>
    public static IReadOnlyDictionary<string, Tensor> RandomWeights(long seed) => Vgg16Weights.Random(seed);

    /// <summary>The weights that <see cref="FromFile"/> takes from a file, under torchvision's names, float32.</summary>
    public static IReadOnlyDictionary<string, Tensor> FileWeights(string path) => Vgg16Weights.FromFile(path).Weights;

    /// <summary>Weights from a <c>.safetensors</c> file with torchvision's names; tensors beside <c>features.*</c> are ignored.</summary>
    public static Vgg16 FromFile(string path, BackbonePrecision precision, Device device)
    {
        var (weights, key) = Vgg16Weights.FromFile(path);
        var vgg = new Vgg16($"weights of {Path.GetFileName(path)}", key, precision, device, () => weights);
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

    private static string Word(BackbonePrecision precision) => precision == BackbonePrecision.BFloat16 ? "bfloat16" : "float32";

    /// <summary>Takes the weights over: they are disposed.</summary>
    private static IVgg16Layers Layers(Dictionary<string, Tensor> weights, bool isWinograd, BackbonePrecision precision, Device device)
    {
        using var gradientOff = no_grad();
        try
        {
            return isWinograd
                ? new WinogradVgg16(weights)
                : new DirectVgg16(
                    weights,
                    precision == BackbonePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32,
                    device,
                    CudaLauncher.TryCreate(BackboneKernels.Source, device));
        }
        finally
        {
            foreach (var tensor in weights.Values)
                tensor.Dispose();
        }
    }
}
