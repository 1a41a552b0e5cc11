using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>VGG16's convolutions, see <see cref="Vgg16"/>.</summary>
internal sealed class Vgg16Encoder(Normalization? normalization = null) : Encoder("vgg16", Vgg16Weights.File, normalization)
{
    public override int FeaturesOf(int side) => Vgg16.FeaturesOf(side);

    public override string ContentKeyOf(string weightsKey, BackbonePrecision precision, bool isWinograd) =>
        Vgg16.ContentKeyOf(weightsKey, precision, isWinograd, Normalization);

    public override Dictionary<string, Tensor> RandomWeights(long seed) => Vgg16Weights.Random(seed);

    public override IBackbone Random(long seed, BackbonePrecision precision, Device device, int side) =>
        Vgg16.Random(seed, precision, device, side, Normalization);

    public override IBackbone FromFile(string path, BackbonePrecision precision, Device device, int side) =>
        Vgg16.FromFile(path, precision, device, side, Normalization);

    public override JsonObject Described() => new() { ["layers"] = new JsonArray([.. Vgg16Weights.Convolutions.SelectMany(Layers)]) };

    protected override Encoder Of(Normalization normalization) => new Vgg16Encoder(normalization);

    private static IEnumerable<JsonArray> Layers(Vgg16Convolution convolution)
    {
        yield return new JsonArray("Conv2d", convolution.Inputs, convolution.Outputs, 3, 1, 1);
        yield return new JsonArray("ReLU");
        if (convolution.PoolAfter) yield return new JsonArray("MaxPool2d", 2, 2);
    }
}
