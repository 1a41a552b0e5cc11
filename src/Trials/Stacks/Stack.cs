using TorchSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Stacks.Gpu;
using VicRegSweeps.Trials.Stacks.Processor;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>
/// Trials trained together: every tensor has a leading trial axis, and what may differ between trials (weights, ε, γ,
/// learning rate, weight decay, momentum) is a vector along it.
/// </summary>
/// <remarks>Letters: K trials in the stack, B batch, M samples, E embedding, R representation, P parameters of a trial.</remarks>
public sealed class Stack : IStackState, IDisposable
{
    private readonly long totalSteps;
    private readonly Device device;
    private readonly ScalarType type;
    private readonly int cores;
    private readonly Func<Device, IStackKernels?> kernels;
    private readonly StackLayout layout;
    private readonly StackRows rows;
    private readonly IStackStep step;
    private readonly Dictionary<string, Tensor> weightsByName;
    private readonly Dictionary<string, Tensor> buffersByName;

    /// <param name="trials">Trials with equal <see cref="StackSettings.Key"/>.</param>
    /// <param name="totalSteps">Steps of the whole training, for the learning rate's schedule.</param>
    /// <param name="type">float32; float64 is there to tell rounding from mistakes.</param>
    /// <param name="cores">Cores to use when the device is a processor; all of them unless given.</param>
    /// <param name="byTensorOperations">
    /// Whether steps are libtorch's operations over the whole stack. Else a processor's core takes trial by trial, and a GPU steps by
    /// kernels of our own where they can be had.
    /// </param>
    public Stack(
        IReadOnlyList<Trial> trials,
        long totalSteps,
        Device device,
        ScalarType type = ScalarType.Float32,
        int? cores = null,
        bool byTensorOperations = false)
        : this(trials, totalSteps, device, type, cores, byTensorOperations, d => CudaKernels.TryCreate(d, out _))
    {
    }

    /// <param name="kernels">The kernels to step by on a device; null where it has none.</param>
    internal Stack(
        IReadOnlyList<Trial> trials,
        long totalSteps,
        Device device,
        ScalarType type,
        int? cores,
        bool byTensorOperations,
        Func<Device, IStackKernels?> kernels)
    {
        // Side by side by seed, so that trials which see the same batch can share its first layer.
        Trials = [.. trials.OrderBy(t => t.Seed)];
        Seeds = [.. Trials.Select(t => t.Seed).Distinct()];
        (this.totalSteps, this.device, this.type, this.kernels) = (totalSteps, device, type, kernels);
        this.cores = cores ?? Environment.ProcessorCount;
        layout = new StackLayout(StackSettings.From(Trials[0].Settings).Network);
        var schedules = Trials.Select(t => ScheduleOf(t.Settings, totalSteps)).ToArray();

        using var scope = NewDisposeScope();
        var (parameters, buffers) = StackNetwork.Initialise(layout, [.. Trials.Select(t => t.Seed)], device, type);
        TrialInputs.PutWeights(Trials[0].Settings, layout, parameters, buffers);
        rows = new StackRows(
            parameters.DetachFromDisposeScope(),
            buffers.DetachFromDisposeScope(),
            zeros([Trials.Count, 4], float64, device).DetachFromDisposeScope(),
            zeros([Trials.Count, 4], int64, device).DetachFromDisposeScope());
        weightsByName = layout.Parameters.ToDictionary(s => s.Name, s => s.Of(parameters).DetachFromDisposeScope());
        buffersByName = layout.Buffers.ToDictionary(s => s.Name, s => s.Of(buffers).DetachFromDisposeScope());
        step = StepOf(schedules, byTensorOperations);
    }

    /// <summary>In the order of the trial axis: by seed, else as they were given.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>The different seeds, ascending: the order of the batches that <see cref="Step"/> takes.</summary>
    public IReadOnlyList<long> Seeds { get; }

    /// <summary>Steps done.</summary>
    public long StepsDone { get; private set; }

    /// <summary>Batches summed since the last <see cref="TakeLosses"/>.</summary>
    public int BatchesInWindow { get; private set; }

    /// <summary>One step of every trial.</summary>
    /// <param name="features">For each seed its batch: view 1's B rows, then view 2's, [2B, F].</param>
    public void Step(IReadOnlyList<Tensor> features)
    {
        step.Take(features, StepsDone);
        StepsDone++;
        BatchesInWindow++;
    }

    /// <summary>Every trial's loss terms, averaged over the batches since the last call; null where not finite.</summary>
    public IReadOnlyList<LossRow> TakeLosses(int epoch)
    {
        using var scope = NewDisposeScope();
        var means = rows.Window.Div(BatchesInWindow).cpu().data<double>().ToArray();
        var notFinite = rows.NotFinite.cpu().data<long>().ToArray();
        var losses = Trials.Index().Select(t =>
            new LossRow(epoch, StepsDone, BatchesInWindow, Term(t.Index, 0), Term(t.Index, 1), Term(t.Index, 2), Term(t.Index, 3), null)).ToArray();
        rows.Window.zero_();
        BatchesInWindow = 0;
        return losses;

        double? Term(int k, int term) =>
            notFinite.AsSpan(k * 4, 4).ContainsAnyExcept(0) ? null : means[(k * 4) + term] is var mean && double.IsFinite(mean) ? mean : null;
    }

    /// <summary>For each trial where its loss was first not finite; null while it is.</summary>
    public IReadOnlyList<Divergence?> Divergences()
    {
        using var scope = NewDisposeScope();
        var steps = rows.NotFinite.cpu().data<long>().ToArray();
        return [.. Enumerable.Range(0, Trials.Count).Select(k => Divergence.Of(steps.AsSpan(k * 4, 4)))];
    }

    /// <summary>Embeddings and representations of some of the trials in evaluation mode.</summary>
    /// <param name="features">[M, F].</param>
    /// <param name="first">The first trial along the trial axis.</param>
    /// <param name="count">k trials.</param>
    /// <returns>[k, M, E] and [k, M, R].</returns>
    public (Tensor Embedding, Tensor Representation) Evaluate(Tensor features, int first, int count)
    {
        using var scope = NewDisposeScope();
        var (embedding, representation) = StackNetwork.Evaluate(layout.Network, Some(weightsByName), Some(buffersByName), features);
        return (embedding.MoveToOuterDisposeScope(), representation.MoveToOuterDisposeScope());

        Dictionary<string, Tensor> Some(Dictionary<string, Tensor> all) => all.ToDictionary(e => e.Key, e => e.Value.narrow(0, first, count));
    }

    /// <summary>Embeddings [K, M, E] and representations [K, M, R] of all trials in evaluation mode.</summary>
    /// <inheritdoc cref="Evaluate(Tensor, int, int)"/>
    public (Tensor Embedding, Tensor Representation) Evaluate(Tensor features) => Evaluate(features, 0, Trials.Count);

    /// <summary>What is trained.</summary>
    public Network Network => layout.Network;

    /// <summary>One trial's parameters and running statistics by name, without the trial axis, sharing memory with the stack's.</summary>
    public IReadOnlyDictionary<string, Tensor> TensorsOf(Trial trial)
    {
        var place = Trials.Index().First(t => t.Item == trial).Index;
        return weightsByName.Concat(buffersByName).ToDictionary(t => t.Key, t => t.Value.select(0, place));
    }

    /// <summary>A stack of some of the trials that goes on where this one stands, with the same bits; this one is done with.</summary>
    /// <param name="kept">At least one.</param>
    public Stack Keep(IReadOnlyCollection<Trial> kept)
    {
        var places = Trials.Index().Where(t => kept.Contains(t.Item)).Select(t => (long)t.Index).ToArray();
        var rest = new Stack([.. places.Select(k => Trials[(int)k])], totalSteps, device, type, cores, step is TensorStep, kernels);
        using var scope = NewDisposeScope();
        var chosen = tensor(places, device: device);
        rest.Restore(State.ToDictionary(s => s.Key, s => s.Value.index_select(0, chosen)), StepsDone, BatchesInWindow);
        Dispose();
        return rest;
    }

    /// <summary>Writes all that is needed to go on bit for bit.</summary>
    public void Save(Stream stream) => StackCheckpoint.Write(stream, this);

    /// <summary>Goes on from what <see cref="Save"/> wrote for a stack of these trials, and perhaps of others that have ended.</summary>
    /// <exception cref="SweepException">The file is damaged, or lacks a trial.</exception>
    public void Load(string path) => StackCheckpoint.Read(path, this);

    /// <summary>All that training changes, by name; the first axis of each is the trial axis.</summary>
    public IReadOnlyDictionary<string, Tensor> State => step.OptimizerState
        .Select(s => KeyValuePair.Create($"optimizer.{s.Key}", s.Value))
        .Append(new("parameters", rows.Parameters))
        .Append(new("buffers", rows.Buffers))
        .Append(new("window", rows.Window))
        .Append(new("not_finite", rows.NotFinite))
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
        step.Dispose();
        rows.Dispose();
        foreach (var view in weightsByName.Values.Concat(buffersByName.Values))
        {
            view.Dispose();
        }
    }

    private IStackStep StepOf(IReadOnlyList<LearningRateSchedule> schedules, bool byTensorOperations) =>
        !byTensorOperations && type == float32 && HasKernels && kernels(device) is { } own
            ? new KernelStep(Trials, Seeds, layout, rows, schedules, own)
        : byTensorOperations || device.type != DeviceType.CPU ? new TensorStep(Trials, Seeds, layout, rows, schedules)
        : Network.Encoder is not null ? new TrialByTrialStep(Trials, Seeds, layout, rows, schedules, cores)
        : type == float32 ? new ProcessorStep<float>(Trials, Seeds, layout, rows, schedules, cores)
        : new ProcessorStep<double>(Trials, Seeds, layout, rows, schedules, cores);

    /// <summary>Whether our kernels for a GPU have all that these trials ask for.</summary>
    private bool HasKernels =>
        Network.Encoder is null && Trials.All(t => StackLars.EtaOf(t.Settings) == StackLars.TrustCoefficient && !StackLars.IsClipped(t.Settings));

    private static LearningRateSchedule ScheduleOf(TrialSettings s, long totalSteps) => new(
        s.Real("train.learning_rate"),
        totalSteps * s.Integer("train.warmup_epochs") / s.Integer("train.epochs"),
        totalSteps,
        s.Text("train.schedule") == "cosine");
}
