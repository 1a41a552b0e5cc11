using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Gpu;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks.Processor;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks.Gpu;

/// <summary>
/// The step of a whole stack as some forty launches of its own kernels and of cuBLAS, its gradients written out: matrix products, and between two of them one
/// kernel that goes once through the activations. All memory is taken once, so that a GPU can record the step and repeat it.
/// </summary>
/// <remarks>
/// <para>
/// Letters: K trials in the stack, S seeds among them, B batch, M = 2B samples, F features, R representation, P parameters and Q buffers
/// of a trial. Activations are [K, dimension, M], view 1 first.
/// </para>
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
    private readonly BlockMemory[] blocks;
    private readonly nint covariance;      // [2, K, R, R]
    private readonly nint invariances;     // [K, R]
    private readonly nint hinges;          // [K, R]
    private readonly nint squares;         // [2, K, R]
    private readonly nint coefficients;    // [K, 5]
    private readonly nint seedOf;          // [K]
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
        var (count, samples, representation) = (trials.Count, 2 * settings.BatchSize, layout.Network.RepresentationDim);

        using var scope = NewDisposeScope();
        (parameters, buffers) = (TensorMemory.Of(rows.Parameters), TensorMemory.Of(rows.Buffers));
        (window, notFinite) = (TensorMemory.Of(rows.Window), TensorMemory.Of(rows.NotFinite));
        gradients = Floats(count, layout.ParameterCount);

        features = Keep(empty([seeds.Count, samples, layout.Network.Features], ScalarType.Float32, device));
        blocks = [.. layout.Network.Blocks.Index().Select(block => MemoryOf(block.Item, wantsConstants: layout.Network.HasNormAfter(block.Index)))];
        covariance = Floats(2, count, representation, representation);
        (invariances, hinges, squares) = (Doubles(1), Doubles(1), Doubles(2));
        coefficients = CoefficientsOfTrials();
        seedOf = Of(tensor([.. trials.Select(t => seeds.Index().First(s => s.Item == t.Seed).Index)], [count], ScalarType.Int32, device));

        paces = Keep(zeros([StepsOfTables, count], ScalarType.Float32, device));
        roots = Keep(zeros([StepsOfTables], ScalarType.Float32, device));
        keys = Keep(zeros([StepsOfTables, seeds.Count, 2], ScalarType.Int32, device));
        place = Keep(zeros([1], ScalarType.Int64, device));
        step = Keep(zeros([1], ScalarType.Int64, device));

        string[] memory = settings.Optimizer == "adam" ? ["mean", "square"] : ["velocity"];
        optimizerState = memory.ToDictionary(name => name, _ => Keep(zeros_like(rows.Parameters)));
        update = UpdateOf(settings.Optimizer);

        nint Doubles(int views) => Of(zeros([views, count, representation], ScalarType.Float64, device));

        BlockMemory MemoryOf(LayerBlock block, bool wantsConstants)
        {
            var units = block.Linear.Outputs;
            return new BlockMemory(
                block,
                Matrices(Floats(count, units, samples), units, samples),
                Matrices(Floats(count, units, samples), units, samples),
                block.Norm is null ? null : new NormMemory(
                    Matrices(Floats(count, units, samples), units, samples), Floats(count, units, 2), Floats(count, units, 2),
                    !layout.Network.IsBiasConstant(block.Norm)),
                block.Gate is null && (wantsConstants || block.Norm is not null) ? Floats(count, units) : 0);
        }
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
        var constants = Constants.None;
        foreach (var (place, block) in blocks.Index())
        {
            var weight = Weight(block);
            if (place > 0) kernels.Multiply(weight, blocks[place - 1].Output, block.Values, K);    // [K, units, M]
            else EachSeed((seed, from, some) => kernels.Multiply(weight.From(from), Batch(seed).T, block.Values.From(from), some));    // Trials of one seed see the same batch.

            constants = block.Layers.Gate is null ? LeftOut(block, constants) : Constants.None;
            if (IsGatedAlone(block)) GateForward(block);
            if (block.Norm is null) continue;

            NormForward(block, block.Norm, constants);
            constants = block.Norm.IsBiased ? Constants.None : new Constants(Column($"{block.Layers.Norm!.Name}.bias"), P);
        }
    }

    private void Loss()
    {
        var (z, r) = (blocks[^1], blocks[^1].Output.Rows);
        kernels.Rows("loss_rows", K * r, z.Output.First, z.Gradients.First, coefficients, invariances, hinges, K * r, r, B);
        for (var view = 0; view < 2; view++) kernels.Multiply(z.Output.View(view), z.Output.View(view).T, Covariance(view), K, alpha: 1f / (B - 1));
        kernels.Rows("covariance_rows", 2 * K * r, covariance, coefficients, squares, 2 * K * r, K, r, B);
        for (var view = 0; view < 2; view++) kernels.Multiply(Covariance(view), z.Output.View(view), z.Gradients.View(view), K, beta: 1);
        kernels.Rows("terms", K, invariances, hinges, squares, coefficients, window, notFinite, TensorMemory.Of(step), K, r, B);

        TrialMatrices Covariance(int view) => Matrices(covariance, r, r).From(view * K);
    }

    private void Backward()
    {
        for (var place = blocks.Length - 1; place >= 0; place--)
        {
            var block = blocks[place];
            if (block.Norm is not null) NormBackward(block, block.Norm);
            if (IsGatedAlone(block)) GateBackward(block);

            var gradient = OfRow(gradients, WeightName(block));
            if (place > 0)
            {
                var before = blocks[place - 1];
                kernels.Multiply(block.Gradients, before.Output.T, gradient, K);
                kernels.Multiply(Weight(block).T, block.Gradients, before.Gradients, K);
            }
            else
            {
                EachSeed((seed, from, some) => kernels.Multiply(block.Gradients.From(from), Batch(seed), gradient.From(from), some));
            }
        }
    }

    /// <summary>Whether a block's ReLU has a kernel of its own: a BatchNorm right after it takes it along.</summary>
    private static bool IsGatedAlone(BlockMemory block) => block.Layers.Gate is not null && (block.Layers.Dropout is not null || block.Norm is null);

    private void GateForward(BlockMemory block)
    {
        var (x, p) = (block.Values, block.Layers.Dropout is null ? 0 : settings.Dropout);
        kernels.Rows(
            "gate_forward", K * x.Rows, x.First, Column(BiasName(block)), P, seedOf, TensorMemory.Of(keys), TensorMemory.Of(place),
            seeds.Count, (float)p, (float)(1 / (1 - p)), K * x.Rows, x.Rows, 2 * B);
    }

    private void GateBackward(BlockMemory block)
    {
        var (x, p) = (block.Values, block.Layers.Dropout is null ? 0 : settings.Dropout);
        kernels.Rows(
            "gate_backward", K * x.Rows, x.First, block.Gradients.First, Column(BiasName(block), ofGradients: true), P,
            (float)(1 / (1 - p)), K * x.Rows, x.Rows, 2 * B);
    }

    private void NormForward(BlockMemory block, NormMemory norm, Constants constants)
    {
        var (name, x) = (block.Layers.Norm!.Name, block.Values);
        kernels.Rows(
            "norm_forward", K * x.Rows, x.First, norm.Values.First, TakesGateAlong(block) ? Column(BiasName(block)) : 0,
            Column($"{name}.weight"), norm.IsBiased ? Column($"{name}.bias") : 0, P, Running($"{name}.running_mean"), Running($"{name}.running_var"),
            layout.BufferCount, constants.First, constants.Stride, norm.Means, norm.Inverses, block.Layers.IsRectified, K * x.Rows, x.Rows, B);
    }

    private void NormBackward(BlockMemory block, NormMemory norm)
    {
        var (name, x) = (block.Layers.Norm!.Name, block.Values);
        kernels.Rows(
            "norm_backward", K * x.Rows, x.First, block.Layers.IsRectified ? norm.Values.First : 0, block.Gradients.First, Column($"{name}.weight"),
            Column($"{name}.weight", ofGradients: true), norm.IsBiased ? Column($"{name}.bias", ofGradients: true) : 0,
            TakesGateAlong(block) ? Column(BiasName(block), ofGradients: true) : 0, P, norm.Means, norm.Inverses, K * x.Rows, x.Rows, B);
    }

    private static bool TakesGateAlong(BlockMemory block) => block.Layers.Gate is not null && !IsGatedAlone(block);

    /// <summary>What a block without a ReLU adds to every sample besides its product: it enters the running means of the next BatchNorm alone.</summary>
    private Constants LeftOut(BlockMemory block, Constants before)
    {
        var bias = Column(BiasName(block));
        if (before == Constants.None) return new Constants(bias, P);
        if (block.Constants == 0) return Constants.None;    // Nobody wants to know.

        var weight = Weight(block);
        kernels.Rows("affine", K * weight.Rows, weight.First, bias, P, before.First, before.Stride, block.Constants, K * weight.Rows, weight.Rows,
            weight.Columns);
        return new Constants(block.Constants, weight.Rows);
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
            return () => kernels.Blocks("adam", blocks, K, ThreadsOfUpdate, parameters, gradients, mean, square, decays, pace, TensorMemory.Of(roots), at, K,
                count);
        }

        var (velocity, momenta) = (TensorMemory.Of(optimizerState["velocity"]), Vector("train.momentum"));
        if (optimizer == "sgd")
            return () => kernels.Blocks("sgd", blocks, K, ThreadsOfUpdate, parameters, gradients, velocity, momenta, decays, pace, (nint)0, (nint)0, 0, at,
                K, count);

        var layers = layout.Parameters.Where(s => s.Shape.Length > 1).ToList();
        var layerOf = Enumerable.Repeat(-1, count).ToArray();
        foreach (var (number, layer) in layers.Index()) layerOf.AsSpan((int)layer.Offset, (int)layer.Length).Fill(number);
        var (places, starts, lengths) = (Integers(layerOf), Integers([.. layers.Select(l => (int)l.Offset)]), Integers([.. layers.Select(l => (int)l.Length)]));
        var scales = Floats(K, layers.Count);
        return () =>
        {
            kernels.Blocks("trust", layers.Count, K, ThreadsOfUpdate, parameters, gradients, decays, starts, lengths, (float)StackLars.TrustCoefficient,
                scales, layers.Count, count);
            kernels.Blocks("sgd", blocks, K, ThreadsOfUpdate, parameters, gradients, velocity, momenta, decays, pace, scales, places, layers.Count, at, K,
                count);
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
        paces.copy_(tensor([.. steps.SelectMany(s =>
            schedules.Select(schedule => (float)(schedule.At(s) / (isAdam ? 1 - Math.Pow(StackAdam.Beta1, s + 1) : 1))))], paces.shape));
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

    private TrialMatrices Batch(int seed)
    {
        var (samples, count) = (2 * B, layout.Network.Features);
        return new TrialMatrices(TensorMemory.Of(features) + (nint)((long)seed * samples * count * sizeof(float)), Stride: 0, samples, count, count);
    }

    private TrialMatrices Weight(BlockMemory block) => OfRow(parameters, WeightName(block));

    private static string WeightName(BlockMemory block) => $"{block.Layers.Linear.Name}.weight";

    private static string BiasName(BlockMemory block) => $"{block.Layers.Linear.Name}.bias";

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
        var each = trials.Select(t => TrialCoefficients.Of(t.Settings, layout.Network.RepresentationDim));
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

    /// <summary>What a block's passes work on.</summary>
    /// <param name="Values">After its ReLU, [K, units, M].</param>
    /// <param name="Gradients">[K, units, M]: the output's gradient, which becomes that of the linear layer.</param>
    /// <param name="Constants">[K, units]: see <see cref="LeftOut"/>; 0 where nobody wants them.</param>
    private sealed record BlockMemory(LayerBlock Layers, TrialMatrices Values, TrialMatrices Gradients, NormMemory? Norm, nint Constants)
    {
        public TrialMatrices Output => Norm?.Values ?? Values;
    }

    /// <param name="Values">After BatchNorm and its ReLU, [K, D, M].</param>
    /// <param name="Means">Of this step, [K, D, 2].</param>
    /// <param name="Inverses">1/sqrt(variance + ε), [K, D, 2].</param>
    /// <param name="IsBiased">Whether the bias is added, and has a gradient.</param>
    private sealed record NormMemory(TrialMatrices Values, nint Means, nint Inverses, bool IsBiased);

    /// <summary>A number of each dimension of each trial.</summary>
    /// <param name="First">0 for none.</param>
    /// <param name="Stride">From one trial to the next.</param>
    private readonly record struct Constants(nint First, long Stride)
    {
        public static Constants None => default;
    }
}
