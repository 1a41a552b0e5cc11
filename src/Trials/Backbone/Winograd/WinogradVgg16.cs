using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>VGG16's convolutions in float32 on the processor: each core takes images of its own through the whole network.</summary>
/// <remarks>
/// An image's features have the same bits whatever images, threads and batches they were computed among. The transformed
/// weights take 151 MB, and each thread that computes takes 0.07 GB for activations, for as long as the backbone lives.
/// </remarks>
internal sealed unsafe class WinogradVgg16 : IDisposable
{
    /// <summary>Goes up when the same weights and images give other bits than before.</summary>
    public const int Version = 1;

    /// <summary>Groups that pass through the deep layers together, to share one reading of their weights.</summary>
    public const int GroupsTogether = 4;

    /// <summary>The layers before it take one group at a time, whose activations stay in the caches.</summary>
    private const int FirstDeepLayer = 7;

    private readonly IWinogradConvolution[] layers;
    private readonly float[] mean;
    private readonly float[] std;
    private readonly ConcurrentBag<Workspace> idle = [];

    /// <param name="convolutions">Weight [C', C, 3, 3] and bias [C'] of every layer, float32, contiguous.</param>
    public WinogradVgg16(IReadOnlyList<(Tensor Weight, Tensor Bias)> convolutions, float[] mean, float[] std)
    {
        (this.mean, this.std) = (mean, std);
        layers = new IWinogradConvolution[convolutions.Count];
        var side = ImageSet.Side;
        for (var i = 0; i < layers.Length; i++)
        {
            var (weight, bias) = convolutions[i];
            var pool = Vgg16Weights.Convolutions[i].PoolAfter;
            var sideAfter = pool ? side / 2 : side;
            var borderAfter = sideAfter > 2 ? FourOutputs.Border : 0;
            layers[i] = side > 2
                ? new WinogradConvolution<FourOutputs>(weight, bias, side, pool, borderAfter)
                : new WinogradConvolution<WholeMapOfTwo>(weight, bias, side, pool, borderAfter);
            side = sideAfter;
        }
    }

    /// <param name="images">[count][3][32][32] from 0 to 1.</param>
    /// <param name="features">[count][512].</param>
    public void Forward(float* images, int count, float* features, int cores)
    {
        var groups = (count + Lanes.Count - 1) / Lanes.Count;
        var rounds = (groups + (cores * GroupsTogether) - 1) / (cores * GroupsTogether);
        var parts = Math.Min(groups, rounds * cores);
        var (from, to) = ((nint)images, (nint)features);
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = cores }, part =>
        {
            var first = groups * part / parts * Lanes.Count;
            var last = Math.Min(count, groups * (part + 1) / parts * Lanes.Count);
            ForwardPart((float*)from + (first * (long)ImageFloats), last - first, (float*)to + (first * (long)layers[^1].Output.Channels));
        });
    }

    private const int ImageFloats = 3 * ImageSet.Side * ImageSet.Side;

    /// <summary>On the calling thread alone; at most <see cref="GroupsTogether"/> groups.</summary>
    public void ForwardPart(float* images, int count, float* features)
    {
        var space = idle.TryTake(out var taken) ? taken : new Workspace(layers);
        var groups = (count + Lanes.Count - 1) / Lanes.Count;
        for (var group = 0; group < groups; group++)
        {
            var first = group * Lanes.Count;
            Enter(images + (first * (long)ImageFloats), Math.Min(Lanes.Count, count - first), space.Maps[0].Start);
            for (var layer = 0; layer < FirstDeepLayer; layer++)
            {
                var place = layer == FirstDeepLayer - 1 ? (long)group * layers[layer].Output.Size : 0;
                layers[layer].Run(space.Maps[layer].Start, space.Maps[layer + 1].Start + place, 1, space.Scratch.Start);
            }
        }

        for (var layer = FirstDeepLayer; layer < layers.Length; layer++)
            layers[layer].Run(space.Maps[layer].Start, space.Maps[layer + 1].Start, groups, space.Scratch.Start);
        Leave(space.Maps[^1].Start, count, features);
        idle.Add(space);
    }

    public void Dispose()
    {
        foreach (var layer in layers)
            layer.Dispose();
        while (idle.TryTake(out var space))
            space.Dispose();
    }

    /// <summary>Normalises images into the lanes of a group; lanes without an image become zero.</summary>
    private void Enter(float* images, int count, float* map)
    {
        var shape = layers[0].Input;
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var (scale, shift) = (1 / std[channel], -mean[channel] / std[channel]);
            for (var row = 0; row < ImageSet.Side; row++)
            {
                for (var column = 0; column < ImageSet.Side; column++)
                {
                    var from = images + (((channel * ImageSet.Side) + row) * ImageSet.Side) + column;
                    var to = map + shape.Offset(channel, row, column);
                    for (var image = 0; image < count; image++)
                        to[image] = (from[image * ImageFloats] * scale) + shift;
                    for (var image = count; image < Lanes.Count; image++)
                        to[image] = 0;
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
