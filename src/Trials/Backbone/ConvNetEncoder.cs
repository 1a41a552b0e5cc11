using System.Text.Json.Nodes;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>A convolutional network, see <see cref="ConvNet"/>.</summary>
internal sealed class ConvNetEncoder(ConvNetShape shape, Normalization? normalization = null)
    : Encoder(shape.Word, new WeightsFile(shape.Title, [.. shape.Convolutions().SelectMany(c => c.Tensors())]), normalization)
{
    /// <summary>Goes up when the same seed gives other weights than before.</summary>
    private const int InitialisationVersion = 1;

    /// <summary>Goes up when the same weights give other features than before.</summary>
    private const int Version = 1;

    /// <summary>Of the architecture, with its widths where the word does not say them.</summary>
    private string Name => shape.Word == ConvNetShape.Conv4Word ? $"{Word} {string.Join('-', shape.Convolutions().Select(c => c.Outputs))}" : Word;

    public override int FeaturesOf(int side) => shape.Features;

    public override string ContentKeyOf(string weightsKey, BackbonePrecision precision, bool isWinograd) =>
        Vgg16Weights.HashOf($"{Name} {Version}/{weightsKey}/{precision}{Normalization.After("/")}");

    /// <summary>Kaiming normal with fan-out for ReLU; BatchNorms that change nothing yet.</summary>
    /// <remarks>torchvision/models/resnet.py, <c>ResNet.__init__</c>; He et al. 2015, equation 14.</remarks>
    public override Dictionary<string, Tensor> RandomWeights(long seed)
    {
        var weights = new Dictionary<string, Tensor>();
        foreach (var convolution in shape.Convolutions())
        {
            weights[convolution.Weight] = RandomWeight(seed, convolution).DetachFromDisposeScope();
            foreach (var name in new[] { convolution.Gain, convolution.Variance }) weights[name] = ones(convolution.Outputs).DetachFromDisposeScope();
            foreach (var name in new[] { convolution.Shift, convolution.Mean }) weights[name] = zeros(convolution.Outputs).DetachFromDisposeScope();
        }

        return weights;
    }

    /// <summary>A convolution's weight as <see cref="RandomWeights"/> draws it.</summary>
    public static Tensor RandomWeight(long seed, NormedConvolution convolution)
    {
        var std = Math.Sqrt(2.0 / (convolution.Outputs * convolution.Kernel * convolution.Kernel));
        return CounterRandom.Normal(RandomStream.Key(seed, convolution.Weight), convolution.WeightShape, CPU).Mul_(std);
    }

    public override IBackbone Random(long seed, BackbonePrecision precision, Device device, int side)
    {
        var key = $"random {InitialisationVersion}, seed {seed}";
        return new ConvNet(
            shape, $"random weights of seed {seed}", key, ContentKeyOf(key, precision, isWinograd: false), precision, device, side, Normalization,
            () => RandomWeights(seed));
    }

    public override IBackbone FromFile(string path, BackbonePrecision precision, Device device, int side)
    {
        var (weights, key) = File.Read(path);
        return new ConvNet(
            shape, $"weights of {Path.GetFileName(path)}", key, ContentKeyOf(key, precision, isWinograd: false), precision, device, side, Normalization,
            () => weights).Made();
    }

    public override JsonObject Described() => Described(shape);

    protected override Encoder Of(Normalization normalization) => new ConvNetEncoder(shape, normalization);

    /// <summary>The same of a shape.</summary>
    public static JsonObject Described(ConvNetShape shape) => new() { ["blocks"] = new JsonArray([.. shape.Blocks.Select(Described)]) };

    /// <summary>Names and sizes: inputs, outputs, kernel, stride.</summary>
    private static JsonArray Described(NormedConvolution c) => new(c.Name, c.Norm, c.Inputs, c.Outputs, c.Kernel, c.Stride);

    private static JsonObject Described(ConvNetBlock block) => new()
    {
        ["main"] = new JsonArray([.. block.Main.Select(Described)]),
        ["residual"] = block.IsResidual,
        ["shortcut"] = block.Shortcut is { } shortcut ? Described(shortcut) : null,
        ["pool"] = block.Pool is { } pool ? new JsonArray(pool.Kernel, pool.Stride, pool.Padding) : null,
    };
}
