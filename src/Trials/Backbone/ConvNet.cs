using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>A convolutional network, frozen, in evaluation mode: the average of its last map, as torchvision's without the classifier.</summary>
/// <remarks>
/// Each BatchNorm is drawn into the convolution before it, in double precision. The convolutions are libtorch's. Letters: B batch, C
/// channels, H and W height and width, F features.
/// </remarks>
internal sealed class ConvNet : IBackbone
{
    /// <summary>PyTorch's default of BatchNorm.</summary>
    private const double Epsilon = 1e-5;

    /// <summary>In images of 32 × 32 pixels; of larger ones as many fewer as each has more pixels.</summary>
    private const int LargestBatch = 512;

    private readonly ConvNetShape shape;
    private readonly Lazy<Folded> folded;

    /// <param name="makeWeights">Under torchvision's names, float32; they are disposed.</param>
    public ConvNet(
        ConvNetShape shape, string weights, string weightsKey, string contentKey, BackbonePrecision precision, Device device, int side,
        Normalization normalization, Func<Dictionary<string, Tensor>> makeWeights)
    {
        var type = precision == BackbonePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        (this.shape, WeightsKey, ContentKey, Device) = (shape, weightsKey, contentKey, device);
        Description = $"{shape.Word}, {weights}, {(precision == BackbonePrecision.BFloat16 ? "bfloat16" : "float32")}{normalization.After(", ")}";
        Batch = new BackboneBatch(Multiple: 1, Most: Math.Max(1, LargestBatch * ImageSet.SmallSide * ImageSet.SmallSide / (side * side)), Callers: 1);
        folded = new Lazy<Folded>(() => new Folded(shape, makeWeights(), type, normalization, device));
    }

    public int Features => shape.Features;

    public Device Device { get; }

    public string Description { get; }

    public string ContentKey { get; }

    public string WeightsKey { get; }

    public BackboneBatch Batch { get; }

    /// <summary>Has the weights now, as where they are taken over.</summary>
    public ConvNet Made()
    {
        _ = folded.Value;
        return this;
    }

    public Tensor Forward(Tensor images)
    {
        if (images.dtype != float32) throw new ArgumentException($"Images are float32 from 0 to 1, not {images.dtype}.", nameof(images));

        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        var of = folded.Value;
        var x = of.Scale.Apply(images).to_type(of.Type); // [B, 3, S, S]
        foreach (var block in shape.Blocks) x = Owned(x, Passed(of, block, x));
        return x.mean([2, 3]).to_type(ScalarType.Float32).MoveToOuterDisposeScope(); // [B, F, …, …] to [B, F]
    }

    public void Dispose()
    {
        if (folded.IsValueCreated) folded.Value.Dispose();
    }

    /// <param name="x">[B, C, H, W].</param>
    /// <returns>[B, C′, H′, W′].</returns>
    private static Tensor Passed(Folded of, ConvNetBlock block, Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = x;
        foreach (var (i, convolution) in block.Main.Index())
        {
            y = of.Apply(convolution, y);
            if (i < block.Main.Count - 1) Rectified(y);
        }

        if (block.IsResidual) y.Add_(block.Shortcut is { } shortcut ? of.Apply(shortcut, x) : x);
        Rectified(y);
        if (block.Pool is { } p) y = Owned(y, nn.functional.max_pool2d(y, [p.Kernel, p.Kernel], [p.Stride, p.Stride], [p.Padding, p.Padding]));
        return y.MoveToOuterDisposeScope();
    }

    private static Tensor Rectified(Tensor x) => x.relu_();

    private static Tensor Owned(Tensor before, Tensor after)
    {
        before.Dispose();
        return after;
    }

    /// <summary>Convolutions with their BatchNorms in them.</summary>
    private sealed class Folded : IDisposable
    {
        private readonly Dictionary<string, (Tensor Weight, Tensor Bias)> convolutions = [];

        public Folded(ConvNetShape shape, Dictionary<string, Tensor> weights, ScalarType type, Normalization normalization, Device device)
        {
            using var gradientOff = no_grad();
            using var scope = NewDisposeScope();
            Type = type;
            foreach (var convolution in shape.Convolutions())
            {
                var gain = weights[convolution.Gain].to(float64).div(weights[convolution.Variance].to(float64).Add(Epsilon).sqrt()); // [C′]
                var weight = weights[convolution.Weight].to(float64).mul(gain.reshape(-1, 1, 1, 1)); // [C′, C, kernel, kernel]
                var bias = weights[convolution.Shift].to(float64).sub(weights[convolution.Mean].to(float64).mul(gain)); // [C′]
                convolutions[convolution.Name] = (weight.to(type).to(device).DetachFromDisposeScope(), bias.to(type).to(device).DetachFromDisposeScope());
            }

            foreach (var tensor in weights.Values) tensor.Dispose();
            Scale = normalization.On(device);
        }

        public ScalarType Type { get; }

        public ChannelScale Scale { get; }

        public Tensor Apply(NormedConvolution convolution, Tensor x)
        {
            var (weight, bias) = convolutions[convolution.Name];
            return nn.functional.conv2d(x, weight, bias, strides: [convolution.Stride, convolution.Stride],
                padding: [convolution.Padding, convolution.Padding]);
        }

        public void Dispose()
        {
            foreach (var (weight, bias) in convolutions.Values)
            {
                weight.Dispose();
                bias.Dispose();
            }

            Scale.Dispose();
        }
    }
}
