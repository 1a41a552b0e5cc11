using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>
/// The step of a whole stack as some forty launches of its own kernels and of cuBLAS, its gradients written out: matrix products, and between two of them one
/// kernel that goes once through the activations. All memory is taken once, so that a GPU can record the step and repeat it.
/// </summary>
/// <remarks>
/// <para>Letters: K trials in the stack, S seeds among them, B batch, M = 2B samples, F features, E embedding, W expander's width,
/// R representation, P parameters and Q buffers of a trial. Activations are [K, dimension, M], view 1 first.</para>
/// <para>The formulas are those of <see cref="TrialPass{T}"/>, <see cref="LossPass{T}"/> and <see cref="UpdateRow"/>.</para>
/// </remarks>
internal sealed class KernelStep : IStackStep
{
    // Rates and dropout's keys of so many steps go over to the device at once.
    private const int StepsOfTables = 256;
    private const int ThreadsOfUpdate = 256;

    private readonly IReadOnlyList<Trial> trials;
    private readonly IReadOnlyList<long> seeds;
    private readonly StackSettings settings;
    private readonly StackLayout layout;
    private readonly IReadOnlyList<LearningRateSchedule> schedules;
    private readonly IStackKernels kernels;
    private readonly Device device;
    private readonly List<Tensor> owned = [];
    private readonly Dictionary<string, Tensor> optimizerState;
    private readonly int[] trialsPerSeed;

    private readonly nint parameters;      // [K, P]
    private readonly nint gradients;       // [K, P]
    private readonly nint buffers;         // [K, Q]
    private readonly nint window;          // [K, 4]
    private readonly nint notFinite;       // [K, 4]
    private readonly Tensor features;      // [S, M, F]
    private readonly Activations first;    // [K, 128, M]
    private readonly Activations second;   // [K, 32, M]
    private readonly Activations normal;   // [K, 32, M]
    private readonly Activations embedding; // [K, E, M]
    private readonly Activations wide1;    // [K, W, M]
    private readonly Activations active1;  // [K, W, M]
    private readonly Activations wide2;    // [K, W, M]
    private readonly Activations active2;  // [K, W, M]
    private readonly Activations outputs;  // [K, R, M]
    private readonly nint covariance;      // [2, K, R, R]
    private readonly nint invariances;     // [K, R]
    private readonly nint hinges;          // [K, R]
    private readonly nint squares;         // [2, K, R]
    private readonly nint coefficients;    // [K, 5]
    private readonly nint seedOf;          // [K]
    private readonly nint constantOfEmbedding; // [K, E]
    private readonly nint constantOfWide1; // [K, W]
    private readonly NormMemory norm5;
    private readonly NormMemory norm1;
    private readonly NormMemory norm4;
    private readonly Action update;

    // What changes from step to step, and the place in it.
    private readonly Tensor paces;         // [steps, K]
    private readonly Tensor roots;         // [steps]
    private readonly Tensor keys;          // [steps, S, 2]
    private readonly Tensor place;         // [1]
    private readonly Tensor step;          // [1], from 1
    private long next = -1;

    /// <param name="rows">float32, on the device that the kernels work on.</param>
    /// <param name="kernels">Owned from here on.</param>
    public KernelStep(
        IReadOnlyList<Trial> trials,
        IReadOnlyList<long> seeds,
        StackLayout layout,
        StackRows rows,
        IReadOnlyList<LearningRateSchedule> schedules,
        IStackKernels kernels)
    {
        (this.trials, this.seeds, this.layout, this.schedules, this.kernels) = (trials, seeds, layout, schedules, kernels);
        settings = StackSettings.From(trials[0].Settings);
        device = rows.Parameters.device;
        trialsPerSeed = [.. seeds.Select(seed => trials.Count(t => t.Seed == seed))];
        var (count, samples, width) = (trials.Count, 2 * settings.BatchSize, settings.ExpanderWidth);

        using var scope = NewDisposeScope();
        (parameters, buffers) = (TensorMemory.Of(rows.Parameters), TensorMemory.Of(rows.Buffers));
        (window, notFinite) = (TensorMemory.Of(rows.Window), TensorMemory.Of(rows.NotFinite));
        gradients = Floats(count, layout.ParameterCount);

        features = Keep(empty([seeds.Count, samples, StackLayout.Features], ScalarType.Float32, device));
        first = Activation(StackLayout.FirstWidth);
        second = Activation(StackLayout.SecondWidth);
        normal = Activation(StackLayout.SecondWidth, hasGradient: false);
        embedding = Activation(settings.EmbeddingDim);
        wide1 = Activation(width);
        active1 = Activation(width, hasGradient: false);
        wide2 = Activation(width);
        active2 = Activation(width, hasGradient: false);
        outputs = Activation(settings.RepresentationDim);
        covariance = Floats(2, count, settings.RepresentationDim, settings.RepresentationDim);
        (invariances, hinges, squares) = (Doubles(1), Doubles(1), Doubles(2));
        coefficients = CoefficientsOfTrials();
        seedOf = Of(tensor([.. trials.Select(t => seeds.Index().First(s => s.Item == t.Seed).Index)], [count], ScalarType.Int32, device));
        constantOfEmbedding = Floats(count, settings.EmbeddingDim);
        constantOfWide1 = Floats(count, width);
        norm5 = Norm("embedding.5", StackLayout.SecondWidth);
        norm1 = Norm("expander.1", width);
        norm4 = Norm("expander.4", width);

        paces = Keep(zeros([StepsOfTables, count], ScalarType.Float32, device));
        roots = Keep(zeros([StepsOfTables], ScalarType.Float32, device));
        keys = Keep(zeros([StepsOfTables, seeds.Count, 2], ScalarType.Int32, device));
        place = Keep(zeros([1], ScalarType.Int64, device));
        step = Keep(zeros([1], ScalarType.Int64, device));

        string[] memory = settings.Optimizer == "adam" ? ["mean", "square"] : ["velocity"];
        optimizerState = memory.ToDictionary(name => name, _ => Keep(zeros_like(rows.Parameters)));
        update = UpdateOf(settings.Optimizer);

        nint Doubles(int views) => Of(zeros([views, count, settings.RepresentationDim], ScalarType.Float64, device));

        Activations Activation(int dimension, bool hasGradient = true) => new(
            Matrices(Floats(count, dimension, samples), dimension, samples),
            hasGradient ? Matrices(Floats(count, dimension, samples), dimension, samples) : default);

        NormMemory Norm(string name, int dimension) => new(name, Floats(count, dimension, 2), Floats(count, dimension, 2));
    }

    public IReadOnlyDictionary<string, Tensor> OptimizerState => optimizerState;

    public void Take(IReadOnlyList<Tensor> features, long stepsDone)
    {
        using var scope = NewDisposeScope();
        using var gradientOff = no_grad();
        if (stepsDone != next || stepsDone % StepsOfTables == 0) FillTables(stepsDone);
        foreach (var (seed, batch) in features.Index()) this.features[seed].copy_(batch);

        kernels.Repeat(Operations);
        next = stepsDone + 1;
    }

    public void Dispose()
    {
        kernels.Dispose();
        foreach (var tensor in owned) tensor.Dispose();
    }

    private int K => trials.Count;

    private int B => settings.BatchSize;

    private long P => layout.ParameterCount;

    private void Operations()
    {
        Forward();
        Loss();
        Backward();
        update();
        kernels.Blocks("next_step", 1, 1, 1, TensorMemory.Of(place), TensorMemory.Of(step));
    }

    private void Forward()
    {
        // Trials of one seed see the same batch.
        EachSeed((seed, from, some) => kernels.Multiply(Weight("embedding.0.weight").From(from), Batch(seed).T, first.Values.From(from), some)); // [K, 128, M]
        kernels.Rows(
            "gate_forward", K * first.Values.Rows, first.Values.First, Column("embedding.0.bias"), P, seedOf, TensorMemory.Of(keys), TensorMemory.Of(place),
            seeds.Count, (float)settings.Dropout, (float)(1 / (1 - settings.Dropout)), K * first.Values.Rows, first.Values.Rows, 2 * B);
        kernels.Multiply(Weight("embedding.3.weight"), first.Values, second.Values, K);            // [K, 32, M]
        NormForward(norm5, second, normal, gateBias: "embedding.3.bias", hasBias: false, constants: 0, constantStride: 0, isRectified: false);
        kernels.Multiply(Weight("embedding.6.weight"), normal.Values, embedding.Values, K);        // [K, E, M]
        kernels.Multiply(Weight("expander.0.weight"), embedding.Values, wide1.Values, K);          // [K, W, M]
        ConstantsOfWide1();
        NormForward(norm1, wide1, active1, gateBias: null, hasBias: true, constantOfWide1, wide1.Values.Rows, isRectified: true);
        kernels.Multiply(Weight("expander.3.weight"), active1.Values, wide2.Values, K);            // [K, W, M]
        NormForward(norm4, wide2, active2, gateBias: null, hasBias: true, Column("expander.3.bias"), P, isRectified: true);
        kernels.Multiply(Weight("expander.6.weight"), active2.Values, outputs.Values, K);          // [K, R, M]
    }

    private void Loss()
    {
        var (z, r) = (outputs, outputs.Values.Rows);
        kernels.Rows("loss_rows", K * r, z.Values.First, z.Gradients.First, coefficients, invariances, hinges, K * r, r, B);
        for (var view = 0; view < 2; view++) kernels.Multiply(z.Values.View(view), z.Values.View(view).T, Covariance(view), K, alpha: 1f / (B - 1));
        kernels.Rows("covariance_rows", 2 * K * r, covariance, coefficients, squares, 2 * K * r, K, r, B);
        for (var view = 0; view < 2; view++) kernels.Multiply(Covariance(view), z.Values.View(view), z.Gradients.View(view), K, beta: 1);
        kernels.Rows("terms", K, invariances, hinges, squares, coefficients, window, notFinite, TensorMemory.Of(step), K, r, B);

        TrialMatrices Covariance(int view) => Matrices(covariance, r, r).From(view * K);
    }

    private void Backward()
    {
        kernels.Multiply(outputs.Gradients, active2.Values.T, Gradient("expander.6.weight"), K);
        kernels.Multiply(Weight("expander.6.weight").T, outputs.Gradients, wide2.Gradients, K);
        NormBackward(norm4, wide2, active2, hasBias: true, gateBias: null);

        kernels.Multiply(wide2.Gradients, active1.Values.T, Gradient("expander.3.weight"), K);
        kernels.Multiply(Weight("expander.3.weight").T, wide2.Gradients, wide1.Gradients, K);
        NormBackward(norm1, wide1, active1, hasBias: true, gateBias: null);

        kernels.Multiply(wide1.Gradients, embedding.Values.T, Gradient("expander.0.weight"), K);
        kernels.Multiply(Weight("expander.0.weight").T, wide1.Gradients, embedding.Gradients, K);
        kernels.Multiply(embedding.Gradients, normal.Values.T, Gradient("embedding.6.weight"), K);
        kernels.Multiply(Weight("embedding.6.weight").T, embedding.Gradients, second.Gradients, K);
        NormBackward(norm5, second, rectified: null, hasBias: false, gateBias: "embedding.3.bias");

        kernels.Multiply(second.Gradients, first.Values.T, Gradient("embedding.3.weight"), K);
        kernels.Multiply(Weight("embedding.3.weight").T, second.Gradients, first.Gradients, K);
        kernels.Rows(
            "gate_backward", K * first.Values.Rows, first.Values.First, first.Gradients.First, Column("embedding.0.bias", ofGradients: true), P,
            (float)(1 / (1 - settings.Dropout)), K * first.Values.Rows, first.Values.Rows, 2 * B);
        EachSeed((seed, from, some) => kernels.Multiply(first.Gradients.From(from), Batch(seed), Gradient("embedding.0.weight").From(from), some));
    }

    private void NormForward(
        NormMemory norm, Activations input, Activations output, string? gateBias, bool hasBias, nint constants, long constantStride, bool isRectified) => kernels.Rows(
        "norm_forward", K * input.Values.Rows, input.Values.First, output.Values.First, gateBias is null ? 0 : Column(gateBias),
        Column($"{norm.Name}.weight"), hasBias ? Column($"{norm.Name}.bias") : 0, P, Running($"{norm.Name}.running_mean"), Running($"{norm.Name}.running_var"),
        layout.BufferCount, constants, constantStride, norm.Means, norm.Inverses, isRectified, K * input.Values.Rows, input.Values.Rows, B);

    /// <param name="rectified">The layer's output, where it was rectified.</param>
    /// <param name="gateBias">The bias of the ReLU before the layer, where there is one.</param>
    private void NormBackward(NormMemory norm, Activations input, Activations? rectified, bool hasBias, string? gateBias) => kernels.Rows(
        "norm_backward", K * input.Values.Rows, input.Values.First, rectified?.Values.First ?? 0, input.Gradients.First, Column($"{norm.Name}.weight"),
        Column($"{norm.Name}.weight", ofGradients: true), hasBias ? Column($"{norm.Name}.bias", ofGradients: true) : 0,
        gateBias is null ? 0 : Column(gateBias, ofGradients: true), P, norm.Means, norm.Inverses, K * input.Values.Rows, input.Values.Rows, B);

    /// <summary>What embedding.5's bias comes to behind two linear layers, with their own biases: it enters the running means alone.</summary>
    private void ConstantsOfWide1()
    {
        Affine("embedding.6", Column("embedding.5.bias"), P, constantOfEmbedding);
        Affine("expander.0", constantOfEmbedding, settings.EmbeddingDim, constantOfWide1);

        void Affine(string layer, nint x, long stride, nint y)
        {
            var weight = Weight($"{layer}.weight");
            kernels.Rows("affine", K * weight.Rows, weight.First, Column($"{layer}.bias"), P, x, stride, y, K * weight.Rows, weight.Rows, weight.Columns);
        }
    }

    private Action UpdateOf(string optimizer)
    {
        var count = (int)P;
        var blocks = (count + ThreadsOfUpdate - 1) / ThreadsOfUpdate;
        var decays = Vector("train.weight_decay");
        var (pace, at) = (TensorMemory.Of(paces), TensorMemory.Of(place));
        if (optimizer == "adam")
        {
            var (mean, square) = (TensorMemory.Of(optimizerState["mean"]), TensorMemory.Of(optimizerState["square"]));
            return () => kernels.Blocks("adam", blocks, K, ThreadsOfUpdate, parameters, gradients, mean, square, decays, pace, TensorMemory.Of(roots), at, K, count);
        }

        var (velocity, momenta) = (TensorMemory.Of(optimizerState["velocity"]), Vector("train.momentum"));
        if (optimizer == "sgd")
            return () => kernels.Blocks("sgd", blocks, K, ThreadsOfUpdate, parameters, gradients, velocity, momenta, decays, pace, (nint)0, (nint)0, 0, at, K, count);

        var layers = layout.Parameters.Where(s => s.Shape.Length > 1).ToList();
        var layerOf = Enumerable.Repeat(-1, count).ToArray();
        foreach (var (number, layer) in layers.Index()) layerOf.AsSpan((int)layer.Offset, (int)layer.Length).Fill(number);
        var (places, starts, lengths) = (Integers(layerOf), Integers([.. layers.Select(l => (int)l.Offset)]), Integers([.. layers.Select(l => (int)l.Length)]));
        var scales = Floats(K, layers.Count);
        return () =>
        {
            kernels.Blocks("trust", layers.Count, K, ThreadsOfUpdate, parameters, gradients, decays, starts, lengths, (float)StackLars.TrustCoefficient, scales, layers.Count, count);
            kernels.Blocks("sgd", blocks, K, ThreadsOfUpdate, parameters, gradients, velocity, momenta, decays, pace, scales, places, layers.Count, at, K, count);
        };

        nint Vector(string parameter) => Of(tensor([.. trials.Select(t => (float)t.Settings.Real(parameter))], [K], ScalarType.Float32, device));

        nint Integers(int[] values) => Of(tensor(values, [values.Length], ScalarType.Int32, device));
    }

    /// <summary>Rates, corrections and dropout's keys of the steps that follow.</summary>
    private void FillTables(long stepsDone)
    {
        var (block, at) = Math.DivRem(stepsDone, StepsOfTables);
        var steps = Enumerable.Range(0, StepsOfTables).Select(i => (block * StepsOfTables) + i).ToList();
        var isAdam = settings.Optimizer == "adam";
        paces.copy_(tensor([.. steps.SelectMany(s => schedules.Select(schedule => (float)(schedule.At(s) / (isAdam ? 1 - Math.Pow(StackAdam.Beta1, s + 1) : 1))))], paces.shape));
        roots.copy_(tensor([.. steps.Select(s => (float)(1 / Math.Sqrt(1 - Math.Pow(StackAdam.Beta2, s + 1))))], roots.shape));
        keys.copy_(tensor([.. steps.SelectMany(s => seeds.SelectMany(seed => CounterRandom.Words(Dropout.Key(seed, s))))], keys.shape));
        place.copy_(tensor([at]));
        step.copy_(tensor([stepsDone + 1]));
    }

    private void EachSeed(Action<int, int, int> work)
    {
        var from = 0;
        foreach (var (seed, count) in trialsPerSeed.Index())
        {
            work(seed, from, count);
            from += count;
        }
    }

    private TrialMatrices Batch(int seed) => new(
        TensorMemory.Of(features) + (nint)((long)seed * 2 * B * StackLayout.Features * sizeof(float)), Stride: 0, 2 * B, StackLayout.Features, StackLayout.Features);

    private TrialMatrices Weight(string name) => OfRow(parameters, name);

    private TrialMatrices Gradient(string name) => OfRow(gradients, name);

    private TrialMatrices OfRow(nint row, string name)
    {
        var segment = layout.Parameters.Single(s => s.Name == name);
        return new TrialMatrices(row + (nint)(segment.Offset * sizeof(float)), P, (int)segment.Shape[0], (int)segment.Shape[1], (int)segment.Shape[1]);
    }

    private nint Column(string name, bool ofGradients = false) => (ofGradients ? gradients : parameters) + OffsetOf(layout.Parameters, name);

    private nint Running(string name) => buffers + OffsetOf(layout.Buffers, name);

    private static nint OffsetOf(IReadOnlyList<Segment> segments, string name) => (nint)(segments.Single(s => s.Name == name).Offset * sizeof(float));

    private nint CoefficientsOfTrials()
    {
        var each = trials.Select(t => TrialCoefficients.Of(t.Settings, settings.RepresentationDim));
        return Of(tensor([.. each.SelectMany(c => new[] { c.Invariance, c.Variance, c.Covariance, c.Gamma, c.Epsilon })], [K, 5], ScalarType.Float64, device));
    }

    private static TrialMatrices Matrices(nint first, int rows, int columns) => new(first, (long)rows * columns, rows, columns, columns);

    private nint Floats(params long[] shape) => Of(zeros(shape, ScalarType.Float32, device));

    private nint Of(Tensor tensor) => TensorMemory.Of(Keep(tensor));

    private Tensor Keep(Tensor tensor)
    {
        owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    /// <summary>A layer's output, and its gradient where one is held.</summary>
    private sealed record Activations(TrialMatrices Values, TrialMatrices Gradients);

    /// <param name="Means">Of this step, [K, D, 2].</param>
    /// <param name="Inverses">1/sqrt(variance + ε), [K, D, 2].</param>
    private sealed record NormMemory(string Name, nint Means, nint Inverses);
}
