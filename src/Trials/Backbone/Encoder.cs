using System.Globalization;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>An architecture of frozen backbones: what a word of <c>backbone.arch</c> stands for.</summary>
/// <param name="word">As <c>backbone.arch</c> says it.</param>
/// <param name="file">What a file of its weights must hold.</param>
/// <param name="normalization">Of the images; CIFAR-10's unless given.</param>
internal abstract class Encoder(string word, WeightsFile file, Normalization? normalization)
{
    /// <summary>The widths of <c>conv4</c> unless others are given.</summary>
    public const string Conv4Widths = "32-64-128-256";

    /// <summary>The pixels themselves.</summary>
    public static Encoder Pixels { get; } = new PixelEncoder();

    /// <summary>All that there are, each as it is where nothing else is said of it. A further one is added here, and nowhere else.</summary>
    public static IReadOnlyList<Encoder> All { get; } =
        [new Vgg16Encoder(), new ConvNetEncoder(ConvNetShape.ResNet18), new ConvNetEncoder(ConvNetShape.ResNet50), Conv4(Conv4Widths, 1), Pixels];

    public string Word => word;

    public WeightsFile File => file;

    /// <summary>What is done to images before the first convolution.</summary>
    public Normalization Normalization { get; } = normalization ?? Normalization.Cifar10;

    public static Encoder Named(string word) =>
        All.FirstOrDefault(encoder => encoder.Word == word) ?? throw new ArgumentOutOfRangeException(nameof(word), word, "No such backbone.");

    /// <summary>Four convolutions of given widths.</summary>
    /// <param name="widths">Such as <see cref="Conv4Widths"/>.</param>
    /// <param name="width">What they are multiplied with.</param>
    public static Encoder Conv4(string widths, double width) => new ConvNetEncoder(ConvNetShape.Conv4(WidthsOf(widths), width));

    /// <summary>Numbers with hyphens between them.</summary>
    public static int[] WidthsOf(string text) => [.. text.Split('-').Select(width => int.Parse(width, CultureInfo.InvariantCulture))];

    /// <summary>The same architecture for images that are normalised so.</summary>
    public Encoder Normalized(Normalization normalization) => normalization == Normalization ? this : Of(normalization);

    /// <summary>F of an image.</summary>
    /// <param name="side">S, a multiple of 32.</param>
    public abstract int FeaturesOf(int side);

    /// <summary>The <see cref="IBackbone.ContentKey"/> of a backbone of this kind.</summary>
    /// <param name="isWinograd">Whether it is computed by minimal filtering, where there is a choice.</param>
    public abstract string ContentKeyOf(string weightsKey, BackbonePrecision precision, bool isWinograd);

    /// <summary>Torchvision's own initialisation, drawn from the seed, under torchvision's names, float32.</summary>
    public abstract Dictionary<string, Tensor> RandomWeights(long seed);

    /// <param name="side">Of the images, a multiple of 32.</param>
    public abstract IBackbone Random(long seed, BackbonePrecision precision, Device device, int side);

    /// <inheritdoc cref="WeightsFile.Read"/>
    public abstract IBackbone FromFile(string path, BackbonePrecision precision, Device device, int side);

    /// <summary>What the script beside exported weights builds the module from.</summary>
    public abstract JsonObject Described();

    /// <inheritdoc cref="Normalized"/>
    protected abstract Encoder Of(Normalization normalization);
}
