using System.Collections.Concurrent;
using VicRegSweeps.Trials.Arrays.Products;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone.Winograd;

/// <summary>VGG16's convolutions in float32 on the processor, by minimal filtering. A call computes on its caller's thread.</summary>
/// <remarks>
/// An image's features have the same bits whatever images, threads and batches they were computed among. The transformed
/// weights take 151 MB, and each thread that computes 54 MB more, for as long as the backbone lives.
/// </remarks>
internal sealed unsafe class WinogradVgg16 : IVgg16Layers
{
    /// <summary>Goes up when the same weights and images give other bits than before.</summary>
    public const int Version = 1;

    /// <summary>Groups that pass through the deep layers together, to share one reading of their weights.</summary>
    private const int GroupsTogether = 4;

    /// <summary>The layers before it take one group at a time, whose activations stay in the caches.</summary>
    private const int FirstDeepLayer = 7;

    private const int ImageFloats = 3 * ImageSet.SmallSide * ImageSet.SmallSide;

    private readonly Normalization normalization;
    private readonly IWinogradConvolution[] layers = new IWinogradConvolution[Vgg16Weights.Convolutions.Count];
    private readonly ConcurrentBag<Workspace> idle = [];

    /// <param name="weights">Float32, under torchvision's names; copied.</param>
    /// <param name="normalization">Of the images; CIFAR-10's unless given.</param>
    public WinogradVgg16(IReadOnlyDictionary<string, Tensor> weights, Normalization? normalization = null)
    {
        this.normalization = normalization ?? Normalization.Cifar10;
        var side = ImageSet.SmallSide;
        foreach (var (i, convolution) in Vgg16Weights.Convolutions.Index())
        {
            var (weight, bias) = (weights[convolution.WeightName], weights[convolution.BiasName]);
            var sideAfter = convolution.PoolAfter ? side / 2 : side;
            var borderAfter = sideAfter > 2 ? FourOutputs.Border : WholeMapOfTwo.Border;
            layers[i] = side > 2
                ? WinogradConvolution.Create<FourOutputs>(weight, bias, side, convolution.PoolAfter, borderAfter)
                : WinogradConvolution.Create<WholeMapOfTwo>(weight, bias, side, convolution.PoolAfter, borderAfter);
            side = sideAfter;
        }
    }

    /// <summary>A caller for every core.</summary>
    public static BackboneBatch Batch => new(Lanes.Count, GroupsTogether * Lanes.Count, Environment.ProcessorCount);

    /// <summary>In the order in which an image passes them.</summary>
    public IReadOnlyList<IWinogradConvolution> Layers => layers;

    public Tensor Forward(Tensor images)
    {
        var features = empty(images.shape[0], layers[^1].Output.Channels);
        using var contiguous = images.contiguous();
        var space = idle.TryTake(out var taken) ? taken : new Workspace(layers);
        fixed (byte* from = contiguous.bytes, to = features.bytes)
        {
            foreach (var (first, count) in Batch.Split((int)images.shape[0]))
                Forward((float*)from + ((long)first * ImageFloats), count, (float*)to + ((long)first * layers[^1].Output.Channels), space);
        }

        idle.Add(space);
        return features;
    }

    public void Dispose()
    {
        foreach (var layer in layers)
            layer.Dispose();
        while (idle.TryTake(out var space))
            space.Dispose();
    }

    /// <param name="images">[count][3][32][32].</param>
    /// <param name="count">At most <see cref="GroupsTogether"/> groups.</param>
    /// <param name="features">[count][512].</param>
    private void Forward(float* images, int count, float* features, Workspace space)
    {
        var groups = (count + Lanes.Count - 1) / Lanes.Count;
        for (var group = 0; group < groups; group++)
        {
            var first = group * Lanes.Count;
            Enter(images + ((long)first * ImageFloats), Math.Min(Lanes.Count, count - first), space.Maps[0].Start);
            for (var layer = 0; layer < FirstDeepLayer; layer++)
            {
                var place = layer == FirstDeepLayer - 1 ? (long)group * layers[layer].Output.Size : 0;
                layers[layer].Run(space.Maps[layer].Start, space.Maps[layer + 1].Start + place, 1, space.Scratch.Start);
            }
        }

        for (var layer = FirstDeepLayer; layer < layers.Length; layer++)
            layers[layer].Run(space.Maps[layer].Start, space.Maps[layer + 1].Start, groups, space.Scratch.Start);
        Leave(space.Maps[^1].Start, count, features);
    }

    /// <summary>Normalises images into the lanes of a group; lanes without an image are zero.</summary>
    private void Enter(float* images, int count, float* map)
    {
        var shape = layers[0].Input;
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var (mean, std) = (normalization.Mean[channel], normalization.Std[channel]);
            for (var row = 0; row < shape.Side; row++)
            {
                for (var column = 0; column < shape.Side; column++)
                {
                    var from = images + (((channel * shape.Side) + row) * shape.Side) + column;
                    var to = new Span<float>(map + shape.Offset(channel, row, column), Lanes.Count);
                    for (var image = 0; image < count; image++)
                        to[image] = (from[image * ImageFloats] - mean) / std;
                    to[count..].Clear();
                }
            }
        }
    }

    /// <summary>Takes the last layer's single pixel out of the lanes.</summary>
    private void Leave(float* map, int count, float* features)
    {
        var shape = layers[^1].Output;
        for (var image = 0; image < count; image++)
        {
            var from = map + (image / Lanes.Count * shape.Size) + (image % Lanes.Count);
            for (var feature = 0; feature < shape.Channels; feature++)
                features[(image * shape.Channels) + feature] = from[feature * shape.ChannelStep];
        }
    }

    /// <summary>The activations of one thread, a map before every layer and one after the last, and its working memory.</summary>
    private sealed class Workspace(IWinogradConvolution[] layers) : IDisposable
    {
        public IReadOnlyList<FloatBlock> Maps { get; } =
        [
            .. layers.Select((layer, i) => new FloatBlock((i < FirstDeepLayer ? 1 : GroupsTogether) * (long)layer.Input.Size)),
            new FloatBlock(GroupsTogether * (long)layers[^1].Output.Size),
        ];

        public FloatBlock Scratch { get; } = new(layers.Max(layer => layer.Scratch));

        public void Dispose()
        {
            foreach (var map in Maps)
                map.Dispose();
            Scratch.Dispose();
        }
    }
}
