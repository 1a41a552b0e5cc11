using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>No backbone, see <see cref="Pixels"/>. Every precision gives the same features, and there are no weights.</summary>
internal sealed class PixelEncoder() : Encoder("none", new WeightsFile("no backbone", []))
{
    /// <summary>Goes up when the same image gives other features than before.</summary>
    private const int Version = 1;

    public static readonly string Key = Vgg16Weights.HashOf($"pixels {Version}");

    public override int FeaturesOf(int side) => 3 * side * side;

    public override string ContentKeyOf(string weightsKey, BackbonePrecision precision, bool isWinograd) => Key;

    public override Dictionary<string, Tensor> RandomWeights(long seed) => [];

    public override IBackbone Random(long seed, BackbonePrecision precision, Device device, int side) => new Pixels(device, side);

    public override IBackbone FromFile(string path, BackbonePrecision precision, Device device, int side) => new Pixels(device, side);

    public override JsonObject Described() => [];
}
