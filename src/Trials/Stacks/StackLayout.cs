using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>A named tensor of one trial: where it lies in the trial's row, and its shape.</summary>
/// <param name="Name">As PyTorch would name it in a state dictionary, such as <c>embedding.0.weight</c>.</param>
/// <param name="Offset">The first element's place in the row.</param>
/// <param name="Shape">Without the trial axis.</param>
public sealed record Segment(string Name, long Offset, long[] Shape)
{
    public long Length => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>This segment of every row, without a copy.</summary>
    /// <param name="rows">[K, P].</param>
    /// <returns>[K, …<see cref="Shape"/>], sharing memory with <paramref name="rows"/>.</returns>
    public Tensor Of(Tensor rows)
    {
        using var scope = NewDisposeScope();
        return rows.narrow(1, Offset, Length).view([rows.shape[0], .. Shape]).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// Where each parameter and buffer of a trial lies in its row. A stack keeps all parameters of its K trials in one tensor
/// [K, P], so that the optimizer is a few operations over the whole stack, and a checkpoint or a compaction is one
/// operation on rows.
/// </summary>
public sealed class StackLayout
{
    public StackLayout(StackSettings settings)
    {
        var (width, embedding, representation) = (settings.ExpanderWidth, settings.EmbeddingDim, settings.RepresentationDim);
        var parameters = new List<Segment>();
        var buffers = new List<Segment>();

        Linear("embedding.0", Features, FirstWidth);
        Linear("embedding.3", FirstWidth, SecondWidth);
        BatchNorm("embedding.5", SecondWidth);
        Linear("embedding.6", SecondWidth, embedding);
        Linear("expander.0", embedding, width);
        BatchNorm("expander.1", width);
        Linear("expander.3", width, width);
        BatchNorm("expander.4", width);
        Linear("expander.6", width, representation);

        Parameters = parameters;
        Buffers = buffers;

        void Linear(string name, long inputs, long outputs)
        {
            Add(parameters, $"{name}.weight", outputs, inputs);
            Add(parameters, $"{name}.bias", outputs);
        }

        void BatchNorm(string name, long dimension)
        {
            Add(parameters, $"{name}.weight", dimension);
            Add(parameters, $"{name}.bias", dimension);
            Add(buffers, $"{name}.running_mean", dimension);
            Add(buffers, $"{name}.running_var", dimension);
        }

        static void Add(List<Segment> segments, string name, params long[] shape) =>
            segments.Add(new Segment(name, End(segments), shape));
    }

    /// <summary>Features that the backbone gives for an image.</summary>
    public const int Features = 512;

    /// <summary>Units of the first hidden layer, to which dropout applies.</summary>
    public const int FirstWidth = 128;

    /// <summary>Units of the second hidden layer.</summary>
    public const int SecondWidth = 32;

    // All that lies between one BatchNorm and the next, or the loss, and adds a constant to every sample of a batch.
    private static readonly HashSet<string> Constants =
        ["embedding.5.bias", "embedding.6.bias", "expander.0.bias", "expander.3.bias", "expander.6.bias"];

    /// <summary>
    /// Whether the gradient of a parameter is zero: it adds a constant that the next BatchNorm, or the loss, takes away again.
    /// What would be computed is rounding, and Adam would make whole steps of it.
    /// </summary>
    public static bool HasNoGradient(string parameter) => Constants.Contains(parameter);

    /// <summary>What the optimizer changes, in the order of the forward pass.</summary>
    public IReadOnlyList<Segment> Parameters { get; }

    /// <summary>Running statistics of the BatchNorm layers.</summary>
    public IReadOnlyList<Segment> Buffers { get; }

    /// <summary>P, the number of parameters of one trial.</summary>
    public long ParameterCount => End(Parameters);

    /// <summary>The number of buffer elements of one trial.</summary>
    public long BufferCount => End(Buffers);

    private static long End(IReadOnlyList<Segment> segments) => segments.Count == 0 ? 0 : segments[^1].Offset + segments[^1].Length;
}
