using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Arrays.Products;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks.Processor;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>
/// A network for every trial of a stack at once, by tensor operations. Pure functions of the rows that hold parameters and buffers.
/// </summary>
/// <remarks>Letters: K trials in the stack, S seeds among them, B batch, M samples, E embedding, R representation.</remarks>
public static class StackNetwork
{
    /// <summary>PyTorch's default initialisation, derived from each trial's seed and the layer's name alone.</summary>
    /// <param name="seeds">One per trial.</param>
    /// <returns>Parameters [K, P] and buffers [K, Q], on the device.</returns>
    public static (Tensor Parameters, Tensor Buffers) Initialise(StackLayout layout, IReadOnlyList<long> seeds, Device device,
        ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        var buffers = empty(seeds.Count, layout.BufferCount);
        foreach (var segment in layout.Buffers)
        {
            buffers.narrow(1, segment.Offset, segment.Length)
                .Fill_(segment.Name.EndsWith(".running_var", StringComparison.Ordinal) ? 1 : 0);
        }

        return (Initialise(layout.Parameters, seeds, device, type).MoveToOuterDisposeScope(), buffers.to(type, device).MoveToOuterDisposeScope());
    }

    /// <inheritdoc cref="Initialise(StackLayout, IReadOnlyList{long}, Device, ScalarType)"/>
    /// <returns>[K, P], on the device.</returns>
    internal static Tensor Initialise(IReadOnlyList<Segment> segments, IReadOnlyList<long> seeds, Device device, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var parameters = empty(seeds.Count, StackLayout.End(segments));
        foreach (var segment in segments)
        {
            var columns = parameters.narrow(1, segment.Offset, segment.Length); // [K, length]
            if (segment.Layer is not (LinearLayer or ConvolutionLayer))
            {
                columns.Fill_(segment.Name.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0);
                continue;
            }

            foreach (var places in seeds.Index().GroupBy(s => s.Item, s => s.Index))
            {
                using var inner = NewDisposeScope();
                var drawn = segment.Layer is ConvolutionLayer convolution
                    ? ConvNetEncoder.RandomWeight(places.Key, convolution.Of).flatten() // as a frozen backbone of this seed has it
                    : Uniform(places.Key, segment, ((LinearLayer)segment.Layer).Inputs);
                foreach (var k in places)
                {
                    columns[k].copy_(drawn);
                }
            }
        }

        return parameters.to(type, device).MoveToOuterDisposeScope();
    }

    /// <summary>Weight and bias are both uniform within 1/sqrt(fan in): torch.nn.Linear.reset_parameters.</summary>
    private static Tensor Uniform(long seed, Segment segment, int inputs)
    {
        var bound = 1 / Math.Sqrt(inputs);
        return CounterRandom.Uniform(RandomStream.Key(seed, $"init/{segment.Name}"), [segment.Length], CPU).Mul_(2 * bound).Sub_(bound);
    }

    /// <summary>Both views through the network in training mode; each view is its own forward pass for BatchNorm.</summary>
    /// <param name="weights">The stack's parameters by name; trials of one seed lie side by side.</param>
    /// <param name="buffers">Running statistics by name, [K, D], moved on in place by view 1, then by view 2.</param>
    /// <param name="features">For each seed what comes in of its batch, pixels where there is a backbone: view 1's B rows, then view 2's, [2B, F].</param>
    /// <param name="keep">For each seed what its dropout multiplies with, [2B, units]; null without dropout.</param>
    /// <param name="trialsPerSeed">How many trials each seed has, in order.</param>
    /// <returns>Representations of both views, [K, B, R] each.</returns>
    public static (Tensor View1, Tensor View2) Train(
        Network network,
        IReadOnlyDictionary<string, Tensor> weights,
        IReadOnlyDictionary<string, Tensor> buffers,
        IReadOnlyList<Tensor> features,
        IReadOnlyList<Tensor>? keep,
        IReadOnlyList<int> trialsPerSeed)
    {
        using var scope = NewDisposeScope();
        var x = Train(network, weights, buffers, features, keep, trialsPerSeed, views: 2);
        var batch = x.shape[1] / 2;
        return (x.narrow(1, 0, batch).MoveToOuterDisposeScope(), x.narrow(1, batch, batch).MoveToOuterDisposeScope());
    }

    /// <summary>The same of any number of views.</summary>
    /// <param name="features">For each seed view after view, [views · B, F].</param>
    /// <param name="keep">[views · B, units].</param>
    /// <returns>[K, views · B, R].</returns>
    internal static Tensor Train(
        Network network,
        IReadOnlyDictionary<string, Tensor> weights,
        IReadOnlyDictionary<string, Tensor> buffers,
        IReadOnlyList<Tensor> features,
        IReadOnlyList<Tensor>? keep,
        IReadOnlyList<int> trialsPerSeed,
        int views)
    {
        using var scope = NewDisposeScope();
        var x = network.Encoder is { } encoder ? StackEncoder.Train(encoder, weights, buffers, features, trialsPerSeed, views) : null;
        foreach (var block in network.Blocks)
        {
            x = x is null ? First(block.Linear) : Linear(x, weights, block.Linear.Name); // [K, 2B, units]

            // Dropout before ReLU: the factors are never negative, so the two commute, and both work in place.
            if (block.Dropout is not null && keep is not null) x = EachSeed((seed, first, count) => x.narrow(0, first, count).mul(keep[seed]));
            if (block.Gate is not null) x = x.relu_();
            if (block.Norm is not null) x = BatchNorm(x, weights, buffers, block.Norm.Name, views);
            if (block.IsRectified) x = x.relu();
        }

        return x!.MoveToOuterDisposeScope();

        // Trials of one seed see the same input, so the first layer reads it once for all of them.
        Tensor First(LinearLayer layer) => EachSeed((seed, first, count) => Linear(
            features[seed].unsqueeze(0).expand(count, -1, -1),
            weights[$"{layer.Name}.weight"].narrow(0, first, count),
            weights[$"{layer.Name}.bias"].narrow(0, first, count)));

        Tensor EachSeed(Func<int, int, int, Tensor> work)
        {
            var parts = new List<Tensor>();
            var first = 0;
            foreach (var (seed, count) in trialsPerSeed.Index())
            {
                parts.Add(work(seed, first, count));
                first += count;
            }

            return parts.Count == 1 ? parts[0] : cat(parts, 0);
        }
    }

    /// <summary>Samples through the network in evaluation mode: no dropout, BatchNorm with running statistics.</summary>
    /// <param name="weights">Parameters by name, [K, …].</param>
    /// <param name="buffers">Running statistics by name, [K, D].</param>
    /// <param name="features">The same samples for every trial, [M, F].</param>
    /// <returns>Embeddings [K, M, E] and representations [K, M, R].</returns>
    public static (Tensor Embedding, Tensor Representation) Evaluate(
        Network network, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, Tensor> buffers, Tensor features)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var x = network.Encoder is { } encoder
            ? StackEncoder.Evaluate(encoder, weights, buffers, features)
            : features.unsqueeze(0).expand(weights.Values.First().shape[0], -1, -1); // [K, M, F]
        var embedding = network.EmbeddingBlocks == 0 ? x.clone() : null;
        foreach (var (place, block) in network.Blocks.Index())
        {
            x = Frozen(block, x, weights, buffers); // [K, M, units]
            if (place == network.EmbeddingBlocks - 1) embedding = x;
        }

        var representation = network.Expander.Count == 0 ? x.clone() : x;
        return (embedding!.MoveToOuterDisposeScope(), representation.MoveToOuterDisposeScope());
    }

    private static Tensor Linear(Tensor x, IReadOnlyDictionary<string, Tensor> weights, string layer) =>
        Linear(x, weights[$"{layer}.weight"], weights[$"{layer}.bias"]);

    /// <param name="x">[K, M, in].</param>
    /// <param name="weight">[K, out, in].</param>
    /// <param name="bias">[K, out].</param>
    private static Tensor Linear(Tensor x, Tensor weight, Tensor bias) =>
        bmm(x, weight.transpose(1, 2)).Add_(bias.unsqueeze(1)); // [K, M, out]

    private static Tensor Frozen(
        LayerBlock block, Tensor x, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, Tensor> buffers)
    {
        var (weight, bias) = (weights[$"{block.Linear.Name}.weight"], weights[$"{block.Linear.Name}.bias"]);
        (Tensor Scale, Tensor Shift)? norm = block.Norm is null ? null : FrozenBatchNorm(weights, buffers, block.Norm.Name);
        if (TensorProducts.AreOurs(x)) return FrozenBlock.Of(block, x, weight, bias, norm);

        x = Linear(x, weight, bias);
        if (block.Gate is not null) x = x.relu_();
        if (norm is var (scale, shift)) x = (x * scale.unsqueeze(1)).Add_(shift.unsqueeze(1));
        return block.IsRectified ? x.relu() : x;
    }

    /// <param name="x">All views, [K, V · B, D].</param>
    private static Tensor BatchNorm(
        Tensor x, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, Tensor> buffers, string layer, int views)
    {
        var (trials, batch, dimension) = (x.shape[0], x.shape[1] / views, x.shape[2]);
        var each = x.view(trials, views, batch, dimension);
        var mean = each.mean([2], keepdim: true);                         // [K, V, 1, D]
        var centred = each - mean;
        var variance = centred.Square().mean([2], keepdim: true);         // biased, as it normalises
        UpdateRunning(buffers[$"{layer}.running_mean"], mean.detach().squeeze(2));
        UpdateRunning(buffers[$"{layer}.running_var"], variance.detach().squeeze(2).Mul(batch / (batch - 1.0))); // unbiased

        var scale = variance.Add(BatchNormRow.Epsilon).rsqrt() * weights[$"{layer}.weight"].view(trials, 1, 1, dimension);
        var shift = weights[$"{layer}.bias"].view(trials, 1, 1, dimension);
        return (centred * scale).Add_(shift).view(trials, views * batch, dimension);
    }

    /// <param name="running">[K, D], changed in place.</param>
    /// <param name="statistics">Of view after view, [K, V, D].</param>
    private static void UpdateRunning(Tensor running, Tensor statistics)
    {
        for (var view = 0L; view < statistics.shape[1]; view++)
            running.Mul_(1 - BatchNormRow.Momentum).Add_(statistics.select(1, view), BatchNormRow.Momentum);
    }

    /// <returns>What it multiplies with and adds, [K, D] each.</returns>
    private static (Tensor Scale, Tensor Shift) FrozenBatchNorm(
        IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, Tensor> buffers, string layer)
    {
        var scale = buffers[$"{layer}.running_var"].Add(BatchNormRow.Epsilon).rsqrt() * weights[$"{layer}.weight"];
        return (scale, weights[$"{layer}.bias"] - (buffers[$"{layer}.running_mean"] * scale));
    }
}
