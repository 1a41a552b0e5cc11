namespace VicRegSweeps.Trials.Backbone;

/// <summary>Which convolutions a residual network has, as torchvision builds and names them.</summary>
/// <remarks>He et al. 2016; torchvision/models/resnet.py, whose bottleneck has its stride in the 3 × 3 convolution.</remarks>
/// <param name="Word">As <c>backbone.arch</c> says it.</param>
/// <param name="Title">For people.</param>
/// <param name="Blocks">In each of the four layers.</param>
/// <param name="IsBottleneck">Whether a block has three convolutions, the middle one a quarter as wide as the last; else two.</param>
internal sealed record ResNetShape(string Word, string Title, IReadOnlyList<int> Blocks, bool IsBottleneck)
{
    private const int FirstWidth = 64;
    private const int Expansion = 4;

    public static readonly ResNetShape Of18 = new("resnet18", "ResNet-18", [2, 2, 2, 2], IsBottleneck: false);

    public static readonly ResNetShape Of50 = new("resnet50", "ResNet-50", [3, 4, 6, 3], IsBottleneck: true);

    /// <summary>What comes before the first layer.</summary>
    public static readonly ResNetConvolution Stem = new("conv1", "bn1", 3, FirstWidth, Kernel: 7, Stride: 2);

    /// <summary>F: the channels of the last map, which is averaged whatever its size.</summary>
    public int Features => OutputsOf(Blocks.Count - 1);

    /// <summary>In the order in which an image passes them.</summary>
    public IEnumerable<ResNetBlock> AllBlocks()
    {
        var inputs = FirstWidth;
        for (var layer = 0; layer < Blocks.Count; layer++)
        {
            for (var number = 0; number < Blocks[layer]; number++)
            {
                var (name, stride, outputs) = ($"layer{layer + 1}.{number}.", number == 0 && layer > 0 ? 2 : 1, OutputsOf(layer));
                yield return new ResNetBlock(
                    [.. Main(name, inputs, FirstWidth << layer, outputs, stride)],
                    stride == 1 && inputs == outputs ? null
                    : new ResNetConvolution($"{name}downsample.0", $"{name}downsample.1", inputs, outputs, Kernel: 1, stride));
                inputs = outputs;
            }
        }
    }

    public IEnumerable<ResNetConvolution> Convolutions() =>
        AllBlocks().SelectMany(block => block.Shortcut is { } shortcut ? block.Main.Append(shortcut) : block.Main).Prepend(Stem);

    private int OutputsOf(int layer) => (FirstWidth << layer) * (IsBottleneck ? Expansion : 1);

    private IEnumerable<ResNetConvolution> Main(string name, int inputs, int width, int outputs, int stride)
    {
        if (!IsBottleneck)
        {
            yield return new($"{name}conv1", $"{name}bn1", inputs, outputs, Kernel: 3, stride);
            yield return new($"{name}conv2", $"{name}bn2", outputs, outputs, Kernel: 3, Stride: 1);
            yield break;
        }

        yield return new($"{name}conv1", $"{name}bn1", inputs, width, Kernel: 1, Stride: 1);
        yield return new($"{name}conv2", $"{name}bn2", width, width, Kernel: 3, stride);
        yield return new($"{name}conv3", $"{name}bn3", width, outputs, Kernel: 1, Stride: 1);
    }
}

/// <summary>Convolutions with a ReLU after each; the last one's comes after the input was added.</summary>
/// <param name="Shortcut">What the input passes before it is added; null where it is added as it is.</param>
internal sealed record ResNetBlock(IReadOnlyList<ResNetConvolution> Main, ResNetConvolution? Shortcut);

/// <summary>A convolution without bias and the BatchNorm after it.</summary>
/// <param name="Name">Torchvision's.</param>
/// <param name="Norm">Torchvision's name of the BatchNorm.</param>
internal sealed record ResNetConvolution(string Name, string Norm, int Inputs, int Outputs, int Kernel, int Stride)
{
    public string Weight => $"{Name}.weight";

    public string Gain => $"{Norm}.weight";

    public string Shift => $"{Norm}.bias";

    public string Mean => $"{Norm}.running_mean";

    public string Variance => $"{Norm}.running_var";

    public long[] WeightShape => [Outputs, Inputs, Kernel, Kernel];

    public int Padding => Kernel / 2;

    /// <summary>Names and shapes of its tensors.</summary>
    public IEnumerable<(string Name, long[] Shape)> Tensors() =>
        new[] { Gain, Shift, Mean, Variance }.Select(name => (name, new long[] { Outputs })).Prepend((Weight, WeightShape));
}
