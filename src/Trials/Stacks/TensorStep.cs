using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks.Processor;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>
/// The step of a whole stack as tensor operations whose number does not depend on the stack's width, differentiated by
/// libtorch: for a GPU, where launching an operation is what costs, and as the reference of <see cref="ProcessorStep{T}"/>.
/// </summary>
/// <remarks>Letters: K trials in the stack, B batch, P parameters of a trial.</remarks>
internal sealed class TensorStep : IStackStep
{
    private const int StepsOfRates = 128;

    /// <remarks>
    /// oneDNN, as it comes with libtorch 2.10, may end the process where two threads prepare the gradient of the same convolution at once
    /// (brgemm_convolution_bwd). What is prepared is kept, so one thread after the other takes its first step.
    /// </remarks>
    private static readonly Lock FirstGradients = new();

    private readonly IReadOnlyList<Trial> trials;
    private readonly IReadOnlyList<long> seeds;
    private readonly StackSettings settings;
    private readonly StackRows rows;
    private readonly int[] trialsPerSeed;
    private readonly IReadOnlyList<LearningRateSchedule> schedules;
    private readonly Coefficients coefficients;
    private readonly IStackOptimizer optimizer;
    private readonly Tensor gradients; // [K, P]
    private readonly Dictionary<string, Tensor> weights;
    private readonly Dictionary<string, Tensor> buffers;
    private readonly Segment[] trained;
    private readonly Tensor[] leaves;
    private Tensor? rates; // [steps of a block, K, 1]
    private long blockOfRates = -1;
    private bool isPrepared;

    /// <param name="memory">
    /// Zeros [K, P] for what the optimizer remembers, by the name that it has there; owned from here on. Made here unless given.
    /// </param>
    public TensorStep(
        IReadOnlyList<Trial> trials, IReadOnlyList<long> seeds, StackLayout layout, StackRows rows, IReadOnlyList<LearningRateSchedule> schedules,
        Func<string, Tensor>? memory = null)
    {
        (this.trials, this.seeds, this.rows, this.schedules) = (trials, seeds, rows, schedules);
        settings = StackSettings.From(trials[0].Settings);
        trialsPerSeed = [.. seeds.Select(seed => trials.Count(t => t.Seed == seed))];
        coefficients = Coefficients.Of(trials, layout.Network.RepresentationDim, rows.Parameters.device, rows.Parameters.dtype);

        using var scope = NewDisposeScope();
        gradients = zeros_like(rows.Parameters).DetachFromDisposeScope();
        optimizer = OptimizerOf(layout, memory ?? (_ => zeros_like(rows.Parameters)));

        // What autograd sees as leaves are windows into the rows that the optimizer changes.
        weights = layout.Parameters.ToDictionary(s => s.Name, s => s.Of(rows.Parameters).detach().requires_grad_().DetachFromDisposeScope());
        buffers = layout.Buffers.ToDictionary(s => s.Name, s => s.Of(rows.Buffers).DetachFromDisposeScope());
        trained = [.. layout.Parameters.Where(s => !layout.HasNoGradient(s))];
        leaves = [.. trained.Select(s => weights[s.Name])];
    }

    public IReadOnlyDictionary<string, Tensor> OptimizerState => optimizer.State;

    /// <summary>The names of what an optimizer remembers.</summary>
    public static IReadOnlyList<string> MemoryOf(string optimizer) => optimizer == "adam" ? ["mean", "square"] : ["velocity"];

    public void Take(IReadOnlyList<Tensor> features, long stepsDone)
    {
        Differentiate(features, stepsDone);
        Update(stepsDone);
    }

    /// <summary>The first half of a step, which leaves parameters as they are: losses, gradients and running statistics.</summary>
    /// <inheritdoc cref="Take"/>
    public void Differentiate(IReadOnlyList<Tensor> features, long stepsDone)
    {
        using var scope = NewDisposeScope();
        var (view1, view2) = StackNetwork.Train(settings.Network, weights, buffers, features, DropoutFactors(stepsDone), trialsPerSeed);
        var terms = LossTerms.Of(view1, view2, coefficients);

        // Trials do not touch each other, so the gradient of their sum is each trial's own.
        var found = Gradients(terms.Total.sum());
        using var noGradient = no_grad();
        gradients.zero_();
        foreach (var (gradient, segment) in found.Zip(trained))
        {
            segment.Of(gradients).copy_(gradient);
        }

        var values = stack([terms.Total, terms.Invariance, terms.Variance, terms.Covariance], 1); // [K, 4]
        rows.Window.Add_(values);
        rows.NotFinite.Add_(values.isfinite().logical_not().logical_and(rows.NotFinite.Eq(0)).to(int64).Mul_(stepsDone + 1));
    }

    /// <summary>The second half, which moves parameters.</summary>
    public void Update(long stepsDone)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        optimizer.Step(rows.Parameters, gradients, Rates(stepsDone), stepsDone + 1);
    }

    public void Dispose()
    {
        foreach (var tensor in weights.Values.Concat(buffers.Values).Append(gradients))
        {
            tensor.Dispose();
        }

        rates?.Dispose();
        optimizer.Dispose();
        coefficients.Dispose();
    }

    private IList<Tensor> Gradients(Tensor total)
    {
        if (isPrepared || settings.Network.Encoder is null) return autograd.grad([total], leaves);
        lock (FirstGradients)
        {
            var gradients = autograd.grad([total], leaves);
            isPrepared = true;
            return gradients;
        }
    }

    /// <returns>For each seed what this step's dropout multiplies with: 0 or 1/(1 − p), [2B, units]; null without dropout.</returns>
    private Tensor[]? DropoutFactors(long stepsDone)
    {
        var p = settings.Dropout;
        return p == 0 || settings.Network.DroppedUnits is not { } units ? null : [.. seeds.Select(Factors)];

        Tensor Factors(long seed) => CounterRandom
            .Uniform(Dropout.Key(seed, stepsDone), [2L * settings.BatchSize, units], rows.Parameters.device)
            .Ge(p).to(rows.Parameters.dtype).Mul_(1 / (1 - p));
    }

    /// <summary>From a table of many steps, so that a step waits for no copy to the device.</summary>
    /// <returns>[K, 1].</returns>
    private Tensor Rates(long stepsDone)
    {
        var (block, place) = Math.DivRem(stepsDone, StepsOfRates);
        if (block != blockOfRates)
        {
            rates?.Dispose();
            var table = Enumerable.Range(0, StepsOfRates).SelectMany(step => schedules.Select(s => s.At((block * StepsOfRates) + step)));
            rates = tensor([.. table], [StepsOfRates, trials.Count, 1], rows.Parameters.dtype, rows.Parameters.device).DetachFromDisposeScope();
            blockOfRates = block;
        }

        return rates![place];
    }

    private IStackOptimizer OptimizerOf(StackLayout layout, Func<string, Tensor> memory)
    {
        var weightDecay = trials.Any(t => t.Settings.Real("train.weight_decay") != 0) ? Column("train.weight_decay") : null;
        return settings.Optimizer switch
        {
            "adam" => new StackAdam(memory("mean"), memory("square"), weightDecay),
            "sgd" => new StackSgd(memory("velocity"), Column("train.momentum"), weightDecay),
            "lars" => new StackLars(
                layout, memory("velocity"), Column("train.momentum"), weightDecay, ColumnOf(StackLars.EtaOf),
                trials.Any(t => StackLars.IsClipped(t.Settings)) ? ColumnOf(s => StackLars.IsClipped(s) ? 1 : 0) : null),
            var name => throw new InvalidOperationException($"There is no optimizer '{name}'."),
        };

        Tensor Column(string parameter) => ColumnOf(s => s.Real(parameter));

        Tensor ColumnOf(Func<TrialSettings, double> value) => tensor(
            [.. trials.Select(t => value(t.Settings))], [trials.Count, 1], rows.Parameters.dtype, rows.Parameters.device).DetachFromDisposeScope();
    }
}
