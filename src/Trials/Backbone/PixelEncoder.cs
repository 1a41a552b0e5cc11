using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>No backbone, see <see cref="Pixels"/>. Every precision gives the same features, and there are no weights.</summary>
internal sealed class PixelEncoder(Normalization? normalization = null) : Encoder("none", new WeightsFile("no backbone", []), normalization)
{
    /// <summary>Goes up when the same image gives other features than before.</summary>
    private const int Version = 1;

    /// <summary>The <see cref="IBackbone.ContentKey"/> of <see cref="Pixels"/>.</summary>
    public static string KeyOf(Normalization normalization) => Vgg16Weights.HashOf($"pixels {Version}{normalization.After("/")}");

    public override int FeaturesOf(int side) => 3 * side * side;

    public override string ContentKeyOf(string weightsKey, BackbonePrecision precision, bool isWinograd) => KeyOf(Normalization);

    public override Dictionary<string, Tensor> RandomWeights(long seed) => [];

    public override IBackbone Random(long seed, BackbonePrecision precision, Device device, int side) => new Pixels(device, side, Normalization);

    public override IBackbone FromFile(string path, BackbonePrecision precision, Device device, int side) => new Pixels(device, side, Normalization);

    public override JsonObject Described() => [];

    protected override Encoder Of(Normalization normalization) => new PixelEncoder(normalization);
}
