using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Arrays.Products;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Backbone.Winograd;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Tests.Backbone.Winograd;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>
/// The rate of the frozen backbone on all cores against libtorch's own convolutions at their best batch size, and against
/// what the arithmetic units of all cores, measured in the same run, would allow.
/// </summary>
internal static class BackboneBenchmark
{
    /// <summary>Images of a measurement: whole batches on two, three and four cores.</summary>
    internal const int Images = 1152;

    // What every figure is the best of: other processes only ever add time.
    private const int Rounds = 3;

    private static readonly int[] BatchesOfLibtorch = [64, 128, 256, 512];

    public static void Run()
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        var images = ImagesOf(Images);
        var weights = Vgg16.RandomWeights(0);
        using var network = new WinogradVgg16(weights);
        using var direct = new DirectVgg16(weights, ScalarType.Float32, CPU);
        using var exact = new DirectVgg16(weights, ScalarType.Float64, CPU);

        var (rate, limit) = (Rate(network, images), Limit(network));
        var libtorch = BatchesOfLibtorch.Max(batch => RateOf(() => direct.Forward(images[..batch]).Dispose(), batch));
        Console.WriteLine($"backbone: VGG16 at 32×32 in float32, {Environment.ProcessorCount} cores");
        Console.WriteLine($"the products of an image are {2e-9 * MultiplyAdds(network):0.000} GFLOP, so the limit is {limit:0} images/s ({ArithmeticLimit.Bits}-bit vectors)");
        Console.WriteLine(
            $"{rate:0} images/s, {rate / limit:0%} of the limit; libtorch at its best batch size {libtorch:0} images/s: {rate / libtorch:0.0} times");
        Console.WriteLine("layer                 ms for 96 images, one core   GFLOP/s of the products   error   libtorch's error");
        var (mean, std) = (tensor(Normalization.Cifar10.Mean.ToArray()), tensor(Normalization.Cifar10.Std.ToArray())); // [3]
        var x = (images[..96].to(float64) - mean.reshape(3, 1, 1)) / std.reshape(3, 1, 1);
        for (var i = 0; i < network.Layers.Count; i++)
        {
            using var inner = NewDisposeScope();
            var layer = network.Layers[i];
            var (input, next) = (x.to(float32), exact.Layer(i, x));
            var seconds = Seconds(layer);
            Console.WriteLine(
                $"{layer.Input.Channels,4} → {layer.Output.Channels,3} at {layer.Input.Side,2}×{layer.Input.Side,-2} {seconds * 1e3,24:0.0} "
                + $"{2e-9 * 96 * layer.MultiplyAdds / seconds,25:0} {Error(LayerRun.Of(layer, input), next),19:0.0e+0} "
                + $"{Error(direct.Layer(i, input), next),10:0.0e+0}");
            x.Dispose();
            x = next.MoveToOuterDisposeScope();
        }

        Console.WriteLine(
            $"all layers in a row: error {Error(network.Forward(images[..96]), x.flatten(1)):0.0e+0}, "
            + $"libtorch's {Error(direct.Forward(images[..96]), x.flatten(1)):0.0e+0}");
    }

    /// <summary>Images a second that the products alone would allow.</summary>
    internal static double Limit(WinogradVgg16 network) => ArithmeticLimit.FlopsPerSecond(Environment.ProcessorCount) / (2 * MultiplyAdds(network));

    /// <summary>Images a second on all cores.</summary>
    internal static double Rate(WinogradVgg16 network, Tensor images)
    {
        var batches = WinogradVgg16.Batch.Split((int)images.shape[0]);
        return RateOf(
            () => WinogradVgg16.Batch.Share(batches.Count, i =>
            {
                using var scope = NewDisposeScope();
                network.Forward(images.narrow(0, batches[i].First, batches[i].Count));
            }),
            (int)images.shape[0]);
    }

    /// <summary>Float32 [count, 3, 32, 32] from 0 to 1.</summary>
    internal static Tensor ImagesOf(int count)
    {
        var (train, test) = Shapes.Generate(0, count, 1);
        using (train)
        using (test)
            return train.Images.to(float32).Div_(255);
    }

    private static double RateOf(Action forward, int images)
    {
        forward();
        return images / Enumerable.Range(0, Rounds).Min(_ => Clock.Seconds(forward));
    }

    private static double MultiplyAdds(WinogradVgg16 network) => network.Layers.Sum(layer => layer.MultiplyAdds);

    private static unsafe double Seconds(IWinogradConvolution layer)
    {
        var groups = 96 / Lanes.Count;
        using var from = new FloatBlock(groups * (long)layer.Input.Size);
        using var to = new FloatBlock(groups * (long)layer.Output.Size);
        using var scratch = new FloatBlock(layer.Scratch);
        layer.Run(from.Start, to.Start, groups, scratch.Start);
        return Enumerable.Range(0, Rounds).Min(_ => Clock.Seconds(() => layer.Run(from.Start, to.Start, groups, scratch.Start)));
    }

    /// <summary>Of all numbers, relative to what differs between images.</summary>
    private static double Error(Tensor actual, Tensor exact) =>
        ((actual.to(float64) - exact).norm() / (exact - exact.mean([0], keepdim: true)).norm()).item<double>();
}
