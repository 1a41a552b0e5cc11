using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>
/// The article's network for every trial of a stack at once. Embedding: Linear(512,128) ReLU Dropout Linear(128,32) ReLU
/// BatchNorm Linear(32,E). Expander: Linear(E,W) BatchNorm ReLU Linear(W,W) BatchNorm ReLU Linear(W,R). Pure functions of
/// the rows that hold parameters and buffers.
/// </summary>
/// <remarks>Letters: K trials in the stack, S seeds among them, B batch, M samples, E embedding, R representation.</remarks>
public static class StackNetwork
{
    private const double BatchNormEpsilon = 1e-5;
    private const double BatchNormMomentum = 0.1;

    /// <summary>PyTorch's default initialisation, derived from each trial's seed and the layer's name alone.</summary>
    /// <param name="seeds">One per trial.</param>
    /// <returns>Parameters [K, P] and buffers [K, Q], on the device.</returns>
    public static (Tensor Parameters, Tensor Buffers) Initialise(StackLayout layout, IReadOnlyList<long> seeds, Device device, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        var parameters = empty(seeds.Count, layout.ParameterCount);
        var buffers = empty(seeds.Count, layout.BufferCount);
        var fanIn = 1L;

        foreach (var segment in layout.Parameters)
        {
            var isBatchNorm = layout.Buffers.Any(b => b.Name.StartsWith(LayerOf(segment.Name), StringComparison.Ordinal));
            fanIn = segment.Shape.Length == 2 ? segment.Shape[1] : fanIn;
            var bound = 1 / Math.Sqrt(fanIn);
            var columns = parameters.narrow(1, segment.Offset, segment.Length); // [K, length]

            if (isBatchNorm)
            {
                columns.Fill_(segment.Name.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0);
                continue;
            }

            // Weight and bias are both uniform within 1/sqrt(fan in): torch.nn.Linear.reset_parameters.
            foreach (var places in seeds.Index().GroupBy(s => s.Item, s => s.Index))
            {
                using var uniform = CounterRandom.Uniform(RandomStream.Key(places.Key, $"init/{segment.Name}"), [segment.Length], CPU);
                uniform.Mul_(2 * bound).Sub_(bound);
                foreach (var k in places)
                {
                    columns[k].copy_(uniform);
                }
            }
        }

        foreach (var segment in layout.Buffers)
        {
            buffers.narrow(1, segment.Offset, segment.Length)
                .Fill_(segment.Name.EndsWith(".running_var", StringComparison.Ordinal) ? 1 : 0);
        }

        return (parameters.to(type, device).MoveToOuterDisposeScope(), buffers.to(type, device).MoveToOuterDisposeScope());

        static string LayerOf(string name) => name[..(name.LastIndexOf('.') + 1)];
    }

    /// <summary>Both views through the network in training mode; each view is its own forward pass for BatchNorm.</summary>
    /// <param name="weights">The stack's parameters by name; trials of one seed lie side by side.</param>
    /// <param name="buffers">Running statistics by name, [K, D], moved on in place by view 1, then by view 2.</param>
    /// <param name="features">For each seed the features of its batch: view 1's B rows, then view 2's, [2B, 512].</param>
    /// <param name="keep">For each seed what its dropout multiplies with, [2B, 128]; null without dropout.</param>
    /// <param name="trialsPerSeed">How many trials each seed has, in order.</param>
    /// <returns>Representations of both views, [K, B, R] each.</returns>
    public static (Tensor View1, Tensor View2) Train(
        IReadOnlyDictionary<string, Tensor> weights,
        IReadOnlyDictionary<string, Tensor> buffers,
        IReadOnlyList<Tensor> features,
        IReadOnlyList<Tensor>? keep,
        IReadOnlyList<int> trialsPerSeed)
    {
        using var scope = NewDisposeScope();

        // Trials of one seed see the same input, so the first layer reads it once for all of them.
        var hidden = new List<Tensor>();
        var first = 0;
        foreach (var (seed, count) in trialsPerSeed.Index())
        {
            var weight = weights["embedding.0.weight"].narrow(0, first, count);
            var bias = weights["embedding.0.bias"].narrow(0, first, count);
            var h = Linear(features[seed].unsqueeze(0).expand(count, -1, -1), weight, bias); // [count, 2B, 128]

            // Dropout before ReLU: the factors are never negative, so the two commute, and both work in place.
            hidden.Add((keep is null ? h : h.mul_(keep[seed])).relu_());
            first += count;
        }

        var x = hidden.Count == 1 ? hidden[0] : cat(hidden, 0);                    // [K, 2B, 128]
        x = Linear(x, weights, "embedding.3").relu_();                             // [K, 2B, 32]
        x = BatchNorm(x, weights, buffers, "embedding.5");
        x = Linear(x, weights, "embedding.6");                                     // [K, 2B, E]
        x = Linear(x, weights, "expander.0");                                      // [K, 2B, W]
        x = BatchNorm(x, weights, buffers, "expander.1").relu();
        x = Linear(x, weights, "expander.3");
        x = BatchNorm(x, weights, buffers, "expander.4").relu();
        x = Linear(x, weights, "expander.6");                                      // [K, 2B, R]

        var batch = x.shape[1] / 2;
        return (x.narrow(1, 0, batch).MoveToOuterDisposeScope(), x.narrow(1, batch, batch).MoveToOuterDisposeScope());
    }

    /// <summary>Samples through the network in evaluation mode: no dropout, BatchNorm with running statistics.</summary>
    /// <param name="weights">Parameters by name, [K, …].</param>
    /// <param name="buffers">Running statistics by name, [K, D].</param>
    /// <param name="features">The same samples for every trial, [M, 512].</param>
    /// <returns>Embeddings [K, M, E] and representations [K, M, R].</returns>
    public static (Tensor Embedding, Tensor Representation) Evaluate(
        IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, Tensor> buffers, Tensor features)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var trials = weights["embedding.0.weight"].shape[0];

        var x = Linear(features.unsqueeze(0).expand(trials, -1, -1), weights, "embedding.0").relu_(); // [K, M, 128]
        x = Linear(x, weights, "embedding.3").relu_();
        x = FrozenBatchNorm(x, weights, buffers, "embedding.5");
        var embedding = Linear(x, weights, "embedding.6");                                            // [K, M, E]
        x = Linear(embedding, weights, "expander.0");
        x = FrozenBatchNorm(x, weights, buffers, "expander.1").relu();
        x = Linear(x, weights, "expander.3");
        x = FrozenBatchNorm(x, weights, buffers, "expander.4").relu();
        var representation = Linear(x, weights, "expander.6");                                        // [K, M, R]
        return (embedding.MoveToOuterDisposeScope(), representation.MoveToOuterDisposeScope());
    }

    private static Tensor Linear(Tensor x, IReadOnlyDictionary<string, Tensor> weights, string layer) =>
        Linear(x, weights[$"{layer}.weight"], weights[$"{layer}.bias"]);

    /// <param name="x">[K, M, in].</param>
    /// <param name="weight">[K, out, in].</param>
    /// <param name="bias">[K, out].</param>
    private static Tensor Linear(Tensor x, Tensor weight, Tensor bias) =>
        bmm(x, weight.transpose(1, 2)).Add_(bias.unsqueeze(1)); // [K, M, out]

    /// <param name="x">Both views, [K, 2B, D].</param>
    private static Tensor BatchNorm(
        Tensor x, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, Tensor> buffers, string layer)
    {
        var (trials, batch, dimension) = (x.shape[0], x.shape[1] / 2, x.shape[2]);
        var views = x.view(trials, 2, batch, dimension);
        var mean = views.mean([2], keepdim: true);                        // [K, 2, 1, D]
        var centred = views - mean;
        var variance = centred.Square().mean([2], keepdim: true);         // biased, as it normalises
        UpdateRunning(buffers[$"{layer}.running_mean"], mean.detach().squeeze(2));
        UpdateRunning(buffers[$"{layer}.running_var"], variance.detach().squeeze(2).Mul(batch / (batch - 1.0))); // unbiased

        var scale = variance.Add(BatchNormEpsilon).rsqrt() * weights[$"{layer}.weight"].view(trials, 1, 1, dimension);
        var shift = weights[$"{layer}.bias"].view(trials, 1, 1, dimension);
        return (centred * scale).Add_(shift).view(trials, 2 * batch, dimension);
    }

    /// <param name="running">[K, D], changed in place.</param>
    /// <param name="statistics">Of view 1 and view 2, [K, 2, D].</param>
    private static void UpdateRunning(Tensor running, Tensor statistics)
    {
        running.Mul_(1 - BatchNormMomentum).Add_(statistics.select(1, 0), BatchNormMomentum);
        running.Mul_(1 - BatchNormMomentum).Add_(statistics.select(1, 1), BatchNormMomentum);
    }

    private static Tensor FrozenBatchNorm(
        Tensor x, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, Tensor> buffers, string layer)
    {
        var scale = buffers[$"{layer}.running_var"].Add(BatchNormEpsilon).rsqrt() * weights[$"{layer}.weight"]; // [K, D]
        var shift = weights[$"{layer}.bias"] - buffers[$"{layer}.running_mean"] * scale;
        return (x * scale.unsqueeze(1)).Add_(shift.unsqueeze(1));
    }
}
