using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>The weights of VGG16's convolutions under torchvision's names: drawn, or from a file.</summary>
internal static class Vgg16Weights
{
    /// <summary>Goes up when the same seed gives other weights than before.</summary>
    public const int InitialisationVersion = 1;

    /// <summary>In the order in which an image passes them.</summary>
    public static readonly IReadOnlyList<Vgg16Convolution> Convolutions =
    [
        new(0, 3, 64), new(2, 64, 64, PoolAfter: true),
        new(5, 64, 128), new(7, 128, 128, PoolAfter: true),
        new(10, 128, 256), new(12, 256, 256), new(14, 256, 256, PoolAfter: true),
        new(17, 256, 512), new(19, 512, 512), new(21, 512, 512, PoolAfter: true),
        new(24, 512, 512), new(26, 512, 512), new(28, 512, 512, PoolAfter: true),
    ];

    /// <summary>Kaiming normal with fan-out for ReLU, and zero biases.</summary>
    /// <remarks>torchvision/models/vgg.py, <c>VGG.__init__</c>; He et al. 2015, equation 14.</remarks>
    public static Dictionary<string, Tensor> Random(long seed)
    {
        var weights = new Dictionary<string, Tensor>();
        foreach (var convolution in Convolutions)
        {
            var std = Math.Sqrt(2.0 / (convolution.Outputs * 9));
            var key = RandomStream.Key(seed, convolution.WeightName);
            weights[convolution.WeightName] = CounterRandom.Normal(key, convolution.WeightShape, CPU).Mul_(std).DetachFromDisposeScope();
            weights[convolution.BiasName] = zeros(convolution.Outputs).DetachFromDisposeScope();
        }

        return weights;
    }

    /// <summary>What a file of weights must hold.</summary>
    public static WeightsFile File { get; } = new("VGG16",
        [.. Convolutions.SelectMany(c => new[] { (c.WeightName, c.WeightShape), (c.BiasName, [c.Outputs]) })]);

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>One 3×3 convolution with padding 1, followed by a ReLU.</summary>
/// <param name="Index">Its place among torchvision's <c>features</c>.</param>
/// <param name="PoolAfter">Whether a 2×2 max-pooling follows the ReLU.</param>
internal sealed record Vgg16Convolution(int Index, int Inputs, int Outputs, bool PoolAfter = false)
{
    public string WeightName => $"features.{Index}.weight";

    public string BiasName => $"features.{Index}.bias";

    public long[] WeightShape => [Outputs, Inputs, 3, 3];
}
