using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>
/// Trials trained together: every tensor has a leading trial axis, and what may differ between trials (weights, ε, γ,
/// learning rate, weight decay, momentum) is a vector along it.
/// </summary>
/// <remarks>Letters: K trials in the stack, S seeds among them, B batch, P parameters of a trial, R representation.</remarks>
public sealed class Stack : IDisposable
{
    private readonly StackSettings settings;
    private readonly Device device;
    private readonly StackLayout layout;
    private readonly IReadOnlyList<LearningRateSchedule> schedules;
    private readonly int[] trialsPerSeed;
    private readonly Coefficients coefficients;
    private readonly IStackOptimizer optimizer;

    private readonly Tensor parameters; // [K, P]
    private readonly Tensor gradients;  // [K, P]
    private readonly Tensor buffers;    // [K, Q]
    private readonly Tensor window;     // [K, 4]: sums of total, invariance, variance, covariance since the last log row
    private readonly Dictionary<string, Tensor> weightsByName;
    private readonly Tensor[] weightsInOrder;
    private readonly Tensor[] gradientsInOrder;
    private readonly Dictionary<string, Tensor> buffersByName;

    /// <param name="trials">Trials with equal <see cref="StackSettings.Key"/>.</param>
    /// <param name="totalSteps">Steps of the whole training, for the learning rate's schedule.</param>
    /// <param name="type">float32; float64 is there to tell rounding from mistakes.</param>
    public Stack(IReadOnlyList<Trial> trials, long totalSteps, Device device, ScalarType type = ScalarType.Float32)
    {
        // Side by side by seed, so that trials which see the same batch can share its first layer.
        Trials = [.. trials.OrderBy(t => t.Seed)];
        Seeds = [.. Trials.Select(t => t.Seed).Distinct()];
        trialsPerSeed = [.. Seeds.Select(seed => Trials.Count(t => t.Seed == seed))];
        settings = StackSettings.From(Trials[0].Settings);
        this.device = device;
        layout = new StackLayout(settings);
        coefficients = Coefficients.Of(Trials, settings.RepresentationDim, device, type);
        schedules = [.. Trials.Select(t => ScheduleOf(t.Settings, totalSteps))];

        using var scope = NewDisposeScope();
        (parameters, buffers) = StackNetwork.Initialise(layout, [.. Trials.Select(t => t.Seed)], device, type);
        gradients = zeros_like(parameters);
        window = zeros(Trials.Count, 4, dtype: float64, device: device);
        optimizer = OptimizerOf(settings.Optimizer);

        // What autograd sees as leaves are windows into the rows that the optimizer changes.
        weightsByName = layout.Parameters.ToDictionary(s => s.Name, s => s.Of(parameters).detach().requires_grad_());
        gradientsInOrder = [.. layout.Parameters.Select(s => s.Of(gradients))];
        weightsInOrder = [.. layout.Parameters.Select(s => weightsByName[s.Name])];
        buffersByName = layout.Buffers.ToDictionary(s => s.Name, s => s.Of(buffers));
        foreach (var tensor in Tensors)
        {
            tensor.DetachFromDisposeScope();
        }
    }

    /// <summary>In the order of the trial axis: by seed, else as they were given.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>The different seeds, ascending: the order of the batches that <see cref="Step"/> takes.</summary>
    public IReadOnlyList<long> Seeds { get; }

    /// <summary>Steps done.</summary>
    public long StepsDone { get; private set; }

    /// <summary>Batches summed since the last <see cref="TakeLosses"/>.</summary>
    public int BatchesInWindow { get; private set; }

    private IEnumerable<Tensor> Tensors =>
        [parameters, gradients, buffers, window, .. weightsInOrder, .. gradientsInOrder, .. buffersByName.Values];

    /// <summary>One step of every trial.</summary>
    /// <param name="features">For each seed its batch: view 1's B rows, then view 2's, [2B, 512].</param>
    public void Step(IReadOnlyList<Tensor> features)
    {
        using var scope = NewDisposeScope();
        var (view1, view2) = StackNetwork.Train(weightsByName, buffersByName, features, DropoutFactors(), trialsPerSeed);
        var terms = LossTerms.Of(view1, view2, coefficients);

        // Trials do not touch each other, so the gradient of their sum is each trial's own.
        var found = autograd.grad([terms.Total.sum()], weightsInOrder);
        using (no_grad())
        {
            foreach (var (gradient, place) in found.Zip(gradientsInOrder))
            {
                place.copy_(gradient);
            }

            window.add_(stack([terms.Total, terms.Invariance, terms.Variance, terms.Covariance], 1).detach());
            BatchesInWindow++;
            optimizer.Step(parameters, gradients, Rates(), StepsDone + 1);
        }

        StepsDone++;
    }

    /// <summary>Every trial's loss terms, averaged over the batches since the last call; null where not finite.</summary>
    public IReadOnlyList<LossRow> TakeLosses(int epoch)
    {
        using var scope = NewDisposeScope();
        var means = (window / BatchesInWindow).cpu().data<double>().ToArray();
        var rows = Trials.Index().Select(t =>
            new LossRow(epoch, StepsDone, BatchesInWindow, Term(t.Index, 0), Term(t.Index, 1), Term(t.Index, 2), Term(t.Index, 3))).ToArray();
        window.zero_();
        BatchesInWindow = 0;
        return rows;

        double? Term(int k, int term) => means[(k * 4) + term] is var mean && double.IsFinite(mean) ? mean : null;
    }

    /// <summary>Every trial's embeddings and representations in evaluation mode.</summary>
    /// <param name="features">[M, 512].</param>
    /// <returns>[K, M, E] and [K, M, R].</returns>
    public (Tensor Embedding, Tensor Representation) Evaluate(Tensor features) =>
        StackNetwork.Evaluate(weightsByName, buffersByName, features);

    /// <summary>All that training changes, by name; the first axis of each is the trial axis.</summary>
    public IReadOnlyDictionary<string, Tensor> State => optimizer.State
        .Select(s => KeyValuePair.Create($"optimizer.{s.Key}", s.Value))
        .Append(new("parameters", parameters))
        .Append(new("buffers", buffers))
        .Append(new("window", window))
        .ToDictionary();

    /// <summary>Goes on from a state that <see cref="State"/> had.</summary>
    public void Restore(IReadOnlyDictionary<string, Tensor> state, long stepsDone, int batchesInWindow)
    {
        foreach (var (name, tensor) in State)
        {
            tensor.copy_(state[name]);
        }

        (StepsDone, BatchesInWindow) = (stepsDone, batchesInWindow);
    }

    public void Dispose()
    {
        foreach (var tensor in Tensors)
        {
            tensor.Dispose();
        }

        optimizer.Dispose();
        coefficients.Dispose();
    }

    /// <returns>For each seed what this step multiplies the first hidden layer with: 0 or 1/(1 − p), [2B, 128]; null when p is 0.</returns>
    private Tensor[]? DropoutFactors()
    {
        var p = settings.Dropout;
        return p == 0 ? null : [.. Seeds.Select(Factors)];

        Tensor Factors(long seed) => CounterRandom
            .Uniform(RandomStream.Key(seed, $"dropout/{StepsDone}"), [2L * settings.BatchSize, 128], device)
            .ge(p).to(parameters.dtype).mul_(1 / (1 - p));
    }

    /// <returns>[K, 1].</returns>
    private Tensor Rates() =>
        tensor([.. schedules.Select(s => s.At(StepsDone))], [Trials.Count, 1], parameters.dtype, device);

    private IStackOptimizer OptimizerOf(string name)
    {
        var weightDecay = Trials.Any(t => t.Settings.Real("train.weight_decay") != 0) ? Column("train.weight_decay") : null;
        return name switch
        {
            "adam" => new StackAdam(zeros_like(parameters), zeros_like(parameters), weightDecay),
            "sgd" => new StackSgd(zeros_like(parameters), Column("train.momentum"), weightDecay),
            "lars" => new StackLars(layout, zeros_like(parameters), Column("train.momentum"), weightDecay),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such optimizer."),
        };

        Tensor Column(string parameter) =>
            tensor([.. Trials.Select(t => t.Settings.Real(parameter))], [Trials.Count, 1], parameters.dtype, device).DetachFromDisposeScope();
    }

    private static LearningRateSchedule ScheduleOf(TrialSettings s, long totalSteps) => new(
        s.Real("train.learning_rate"),
        totalSteps * s.Integer("train.warmup_epochs") / s.Integer("train.epochs"),
        totalSteps,
        s.Text("train.schedule") == "cosine");
}
