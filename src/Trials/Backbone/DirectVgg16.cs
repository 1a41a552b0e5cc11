using VicRegSweeps.Trials.Backbone.Gpu;
using VicRegSweeps.Trials.Gpu;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>VGG16's convolutions by libtorch: on a GPU, in bfloat16, and as what the fast ones are compared with.</summary>
/// <remarks>
/// Activations lie channels-last in memory, which the processor's convolutions prefer. Letters: B batch, C channels, H and
/// W height and width.
/// </remarks>
internal sealed class DirectVgg16 : IVgg16Layers
{
    /// <summary>In images of 32 × 32 pixels; of larger ones as many fewer as each has more pixels.</summary>
    public const int LargestBatch = 768;

    private const int ThreadsOfBlock = 256;

    // So many batches keep a GPU at work while others are drawn, copied and written.
    private const int BatchesAtATime = 8;

    private readonly List<(Tensor Weight, Tensor Bias)> convolutions = [];
    private readonly IKernels? kernels;
    private readonly ChannelScale scale;
    private readonly ScalarType type;

    /// <param name="weights">Under torchvision's names; copied.</param>
    /// <param name="type">That is computed in.</param>
    /// <param name="kernels">Of <see cref="BackboneKernels"/>, for bfloat16; null leaves all to libtorch.</param>
    /// <param name="normalization">Of the images; CIFAR-10's unless given.</param>
    public DirectVgg16(
        IReadOnlyDictionary<string, Tensor> weights, ScalarType type, Device device, IKernels? kernels = null, Normalization? normalization = null)
    {
        using var scope = NewDisposeScope();
        this.type = type;
        this.kernels = type == ScalarType.BFloat16 ? kernels : null;
        foreach (var convolution in Vgg16Weights.Convolutions)
        {
            var weight = ChannelsLast(weights[convolution.WeightName].to(type, device, copy: true)); // [C', C, 3, 3]
            var bias = weights[convolution.BiasName].to(type, device, copy: true); // [C']
            convolutions.Add((weight.DetachFromDisposeScope(), bias.DetachFromDisposeScope()));
        }

        scale = (normalization ?? Normalization.Cifar10).On(device);
    }

    /// <summary>On a processor one caller, whose operations use all cores. bfloat16 takes several times as long an image in batches of 64.</summary>
    /// <param name="side">Of the images.</param>
    public static BackboneBatch BatchOn(Device device, int side = ImageSet.SmallSide) => new(
        Multiple: 1,
        Most: Math.Max(1, LargestBatch * ImageSet.SmallSide * ImageSet.SmallSide / (side * side)),
        Callers: device.type == TorchSharp.DeviceType.CPU ? 1 : Math.Min(BatchesAtATime, Environment.ProcessorCount));

    /// <summary>The convolutions are libtorch's.</summary>
    /// <param name="images">[B, 3, S, S].</param>
    /// <returns>[B, 512 · (S/32)²].</returns>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var x = ChannelsLast(scale.Apply(images).to_type(type)); // [B, 3, S, S]
        for (var layer = 0; layer < convolutions.Count; layer++)
        {
            using var input = x;
            x = Layer(layer, input);
        }

        return x.flatten(1).to_type(ScalarType.Float32).MoveToOuterDisposeScope(); // [B, 512, S/32, S/32] to [B, F]
    }

    /// <summary>A convolution, its ReLU, and the pooling if one follows.</summary>
    /// <param name="x">[B, C, H, W].</param>
    /// <returns>[B, C', H, W], or [B, C', H/2, W/2].</returns>
    public Tensor Layer(int layer, Tensor x)
    {
        if (kernels is not null && TryLayer(kernels, layer, x) is { } result) return result;

        var full = nn.functional.conv2d(x, convolutions[layer].Weight, convolutions[layer].Bias, padding: [1, 1]).relu_();
        if (!Vgg16Weights.Convolutions[layer].PoolAfter)
            return full;
        using (full)
            return nn.functional.max_pool2d(full, [2, 2], [2, 2]);
    }

    /// <summary>
    /// The same numbers, whose memory is gone through once after the convolution: libtorch adds the bias, rectifies and pools one after
    /// the other. Null where the convolution leaves its numbers in another order.
    /// </summary>
    private Tensor? TryLayer(IKernels own, int layer, Tensor x)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = convolutions[layer];
        var full = nn.functional.conv2d(x, weight, padding: [1, 1]); // [B, C', H, W]
        var (channels, height, width) = (full.shape[1], full.shape[2], full.shape[3]);
        if (!full.stride().SequenceEqual([channels * height * width, 1, width * channels, channels])) return null;

        var halfChannels = (int)channels / 2;
        if (!Vgg16Weights.Convolutions[layer].PoolAfter)
        {
            Launch("bias_relu", (int)(full.NumberOfElements / 2), pairs => [TensorMemory.Of(full), TensorMemory.Of(bias), halfChannels, pairs]);
            return full.MoveToOuterDisposeScope();
        }

        var pooled = empty([full.shape[0], height / 2, width / 2, channels], type, x.device);
        Launch(
            "bias_relu_pool",
            (int)(pooled.NumberOfElements / 2),
            pairs => [TensorMemory.Of(full), TensorMemory.Of(pooled), TensorMemory.Of(bias), halfChannels, (int)width, pairs]);
        return pooled.permute(0, 3, 1, 2).MoveToOuterDisposeScope();

        void Launch(string kernel, int pairs, Func<int, KernelArgument[]> arguments) =>
            own.Blocks(kernel, (pairs + ThreadsOfBlock - 1) / ThreadsOfBlock, 1, ThreadsOfBlock, arguments(pairs));
    }

    public void Dispose()
    {
        foreach (var (weight, bias) in convolutions)
        {
            weight.Dispose();
            bias.Dispose();
        }

        scale.Dispose();
    }

    /// <summary>[B, C, H, W] still, but with the channels of a pixel side by side in memory.</summary>
    private static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
