using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>A named tensor of one trial: where it lies in the trial's row, and its shape.</summary>
/// <param name="Name">As PyTorch would name it in a state dictionary, such as <c>embedding.0.weight</c>.</param>
/// <param name="Offset">The first element's place in the row.</param>
/// <param name="Shape">Without the trial axis.</param>
/// <param name="Layer">That it belongs to.</param>
public sealed record Segment(string Name, long Offset, long[] Shape, Layer Layer)
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
    private const string Weight = "weight";
    private const string Bias = "bias";

    public StackLayout(Network network)
    {
        Network = network;
        (Parameters, Buffers) = SegmentsOf(network.Layers);
    }

    /// <summary>Where the parameters and the running statistics of layers lie in two rows.</summary>
    internal static (IReadOnlyList<Segment> Parameters, IReadOnlyList<Segment> Buffers) SegmentsOf(IReadOnlyList<Layer> layers)
    {
        var parameters = new List<Segment>();
        var buffers = new List<Segment>();
        foreach (var layer in layers)
        {
            switch (layer)
            {
                case LinearLayer linear:
                    Add(parameters, linear, Weight, linear.Outputs, linear.Inputs);
                    Add(parameters, linear, Bias, linear.Outputs);
                    break;
                case ConvolutionLayer convolution:
                    Add(parameters, convolution, Weight, convolution.Of.WeightShape);
                    break;
                case BatchNormLayer norm:
                    Add(parameters, norm, Weight, norm.Dimension);
                    Add(parameters, norm, Bias, norm.Dimension);
                    Add(buffers, norm, "running_mean", norm.Dimension);
                    Add(buffers, norm, "running_var", norm.Dimension);
                    break;
            }
        }

        return (parameters, buffers);

        static void Add(List<Segment> segments, Layer layer, string what, params long[] shape) =>
            segments.Add(new Segment($"{layer.Name}.{what}", End(segments), shape, layer));
    }

    public Network Network { get; }

    /// <summary>What the optimizer changes, in the order of the forward pass.</summary>
    public IReadOnlyList<Segment> Parameters { get; }

    /// <summary>Running statistics of the BatchNorm layers.</summary>
    public IReadOnlyList<Segment> Buffers { get; }

    /// <summary>P, the number of parameters of one trial.</summary>
    public long ParameterCount => End(Parameters);

    /// <summary>The number of buffer elements of one trial.</summary>
    public long BufferCount => End(Buffers);

    /// <summary>Whether a parameter's gradient is zero: see <see cref="Network.IsBiasConstant"/>.</summary>
    public bool HasNoGradient(Segment parameter) =>
        parameter.Name.EndsWith($".{Bias}", StringComparison.Ordinal) && Network.IsBiasConstant(parameter.Layer);

    /// <summary>Elements of a row.</summary>
    internal static long End(IReadOnlyList<Segment> segments) => segments.Count == 0 ? 0 : segments[^1].Offset + segments[^1].Length;
}
