namespace VicRegSweeps.Trials.Backbone;

/// <summary>What an image passes in a convolutional backbone: blocks, and then the average of the last map, whatever its size.</summary>
/// <remarks>He et al. 2016; torchvision/models/resnet.py, whose bottleneck has its stride in the 3 × 3 convolution.</remarks>
/// <param name="Word">As <c>backbone.arch</c> says it.</param>
/// <param name="Title">For people.</param>
/// <param name="Blocks">In the order in which an image passes them. The first is one convolution of the image.</param>
internal sealed record ConvNetShape(string Word, string Title, IReadOnlyList<ConvNetBlock> Blocks)
{
    public const string Conv4Word = "conv4";
    public const string ResNet18Word = "resnet18";

    private const int FirstWidth = 64;
    private const int Expansion = 4;
    private static readonly int[] TwoEach = [2, 2, 2, 2];

    /// <summary>Torchvision's ResNet-18.</summary>
    public static readonly ConvNetShape ResNet18 = new(ResNet18Word, "ResNet-18", [Stem(FirstWidth), .. Layers(TwoEach, isBottleneck: false, FirstWidth)]);

    /// <summary>Torchvision's ResNet-50.</summary>
    public static readonly ConvNetShape ResNet50 = new("resnet50", "ResNet-50", [Stem(FirstWidth), .. Layers([3, 4, 6, 3], isBottleneck: true, FirstWidth)]);

    /// <summary>F: the channels of the last map.</summary>
    public int Features => Blocks[^1].Main[^1].Outputs;

    /// <summary>ResNet-18 for small images: its first convolution is 3 × 3 without stride, and no pooling follows.</summary>
    /// <remarks>solo-learn, solo/backbones and its CIFAR scripts. Torchvision's tensor names; the first convolution's shape is another.</remarks>
    /// <param name="width">What the numbers of channels are multiplied with.</param>
    public static ConvNetShape SmallResNet18(double width)
    {
        var first = Scaled(FirstWidth, width);
        return new(ResNet18Word, "ResNet-18 for small images",
            [new ConvNetBlock([new("conv1", "bn1", 3, first, Kernel: 3, Stride: 1)]), .. Layers(TwoEach, isBottleneck: false, first)]);
    }

    /// <summary>3 × 3 convolutions, and between them pooling that halves the map.</summary>
    /// <param name="widths">Channels.</param>
    /// <param name="width">What they are multiplied with.</param>
    public static ConvNetShape Conv4(IReadOnlyList<int> widths, double width) => new(Conv4Word, "four convolutions",
    [
        .. widths.Select((channels, i) => new ConvNetBlock(
            [new($"conv{i + 1}", $"bn{i + 1}", i == 0 ? 3 : Scaled(widths[i - 1], width), Scaled(channels, width), Kernel: 3, Stride: 1)])
        {
            Pool = i < widths.Count - 1 ? new Pooling(2, 2, 0) : null,
        }),
    ]);

    /// <summary>In the order in which an image passes them, a shortcut's after those beside it.</summary>
    public IEnumerable<NormedConvolution> Convolutions() =>
        Blocks.SelectMany(block => block.Shortcut is { } shortcut ? block.Main.Append(shortcut) : block.Main);

    /// <summary>Every convolution with the sides of the maps that it is given and makes.</summary>
    /// <param name="side">S.</param>
    public IEnumerable<(NormedConvolution Convolution, int Before, int After)> Maps(int side)
    {
        foreach (var block in Blocks)
        {
            var given = side;
            foreach (var convolution in block.Main)
            {
                yield return (convolution, side, side = convolution.SideAfter(side));
            }

            if (block.Shortcut is { } shortcut) yield return (shortcut, given, side);
            if (block.Pool is { } pool) side = pool.SideAfter(side);
        }
    }

    /// <summary>The side of a map after a window has gone over it.</summary>
    public static int SideAfter(int side, int kernel, int stride, int padding) => ((side + (2 * padding) - kernel) / stride) + 1;

    private static int Scaled(int channels, double width) => Math.Max(1, (int)Math.Round(channels * width));

    private static ConvNetBlock Stem(int width) => new([new("conv1", "bn1", 3, width, Kernel: 7, Stride: 2)]) { Pool = new Pooling(3, 2, 1) };

    private static IEnumerable<ConvNetBlock> Layers(int[] blocks, bool isBottleneck, int first)
    {
        var inputs = first;
        for (var layer = 0; layer < blocks.Length; layer++)
        {
            for (var number = 0; number < blocks[layer]; number++)
            {
                var (name, stride, outputs) = (
                    $"layer{layer + 1}.{number}.", number == 0 && layer > 0 ? 2 : 1, (first << layer) * (isBottleneck ? Expansion : 1));
                yield return new ConvNetBlock([.. isBottleneck ? Bottleneck(name, inputs, first << layer, outputs, stride) : Basic(name, inputs, outputs, stride)])
                {
                    IsResidual = true,
                    Shortcut = stride == 1 && inputs == outputs ? null
                        : new NormedConvolution($"{name}downsample.0", $"{name}downsample.1", inputs, outputs, Kernel: 1, stride),
                };
                inputs = outputs;
            }
        }
    }

    private static IEnumerable<NormedConvolution> Basic(string name, int inputs, int outputs, int stride) =>
    [
        new($"{name}conv1", $"{name}bn1", inputs, outputs, Kernel: 3, stride),
        new($"{name}conv2", $"{name}bn2", outputs, outputs, Kernel: 3, Stride: 1),
    ];

    private static IEnumerable<NormedConvolution> Bottleneck(string name, int inputs, int width, int outputs, int stride) =>
    [
        new($"{name}conv1", $"{name}bn1", inputs, width, Kernel: 1, Stride: 1),
        new($"{name}conv2", $"{name}bn2", width, width, Kernel: 3, stride),
        new($"{name}conv3", $"{name}bn3", width, outputs, Kernel: 1, Stride: 1),
    ];
}

/// <summary>Convolutions with a ReLU after each; where the block is residual, the last one's comes after the input was added.</summary>
internal sealed record ConvNetBlock(IReadOnlyList<NormedConvolution> Main)
{
    /// <summary>Whether the input is added to what comes out.</summary>
    public bool IsResidual { get; init; }

    /// <summary>What the input passes before it is added; null where it is added as it is, or not at all.</summary>
    public NormedConvolution? Shortcut { get; init; }

    /// <summary>Of what comes out; null for none.</summary>
    public Pooling? Pool { get; init; }
}

/// <summary>The largest of each square of pixels.</summary>
internal sealed record Pooling(int Kernel, int Stride, int Padding)
{
    public int SideAfter(int side) => ConvNetShape.SideAfter(side, Kernel, Stride, Padding);
}

/// <summary>A convolution without bias and the BatchNorm after it.</summary>
/// <param name="Name">Torchvision's.</param>
/// <param name="Norm">Torchvision's name of the BatchNorm.</param>
internal sealed record NormedConvolution(string Name, string Norm, int Inputs, int Outputs, int Kernel, int Stride)
{
    public string Weight => $"{Name}.weight";

    public string Gain => $"{Norm}.weight";

    public string Shift => $"{Norm}.bias";

    public string Mean => $"{Norm}.running_mean";

    public string Variance => $"{Norm}.running_var";

    public long[] WeightShape => [Outputs, Inputs, Kernel, Kernel];

    public int Padding => Kernel / 2;

    public int SideAfter(int side) => ConvNetShape.SideAfter(side, Kernel, Stride, Padding);

    /// <summary>Names and shapes of its tensors.</summary>
    public IEnumerable<(string Name, long[] Shape)> Tensors() =>
        new[] { Gain, Shift, Mean, Variance }.Select(name => (name, new long[] { Outputs })).Prepend((Weight, WeightShape));
}
