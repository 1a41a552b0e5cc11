using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>
/// Predictors trained together, each on an embedding of its own: from H past embeddings the next one, and from its own output the ones after
/// that. One set of tensor operations, whatever the device.
/// </summary>
/// <remarks>
/// z of H frames, side by side · Linear(H·E, width) · ReLU · Linear(width, E), added to the newest z where it is residual. The loss is the mean
/// squared error over K steps of its own output; embeddings come scaled to a variance of 1, so that it is a share of their variance.
/// Letters: K trials in the stack, B windows, E embedding, P parameters of a trial.
/// </remarks>
public sealed class PredictorStack : IStackState, IDisposable
{
    private const string First = "predictor.0";
    private const string Second = "predictor.2";

    private readonly PredictorSettings settings;
    private readonly Device device;
    private readonly IReadOnlyList<Segment> segments;
    private readonly Tensor parameters;    // [K, P]
    private readonly Tensor gradients;     // [K, P]
    private readonly Tensor rates;         // [K, 1]
    private readonly Tensor window;        // [K], losses summed since the last row
    private readonly Tensor notFinite;     // [K], the step at which a loss was first not finite; 0 for never
    private readonly StackAdam adam;
    private readonly Dictionary<string, Tensor> weights;

    /// <param name="trials">Trials that agree in <see cref="PredictorSettings"/>.</param>
    public PredictorStack(IReadOnlyList<Trial> trials, Device device, ScalarType type = ScalarType.Float32)
    {
        Trials = [.. trials.OrderBy(t => t.Seed)];
        Seeds = [.. Trials.Select(t => t.Seed).Distinct()];
        this.device = device;
        settings = PredictorSettings.From(Trials[0].Settings);
        segments = StackLayout.SegmentsOf(LayersOf(settings)).Parameters;

        using var scope = NewDisposeScope();
        parameters = StackNetwork.Initialise(segments, [.. Trials.Select(t => t.Seed)], device, type).DetachFromDisposeScope();
        gradients = zeros_like(parameters).DetachFromDisposeScope();
        rates = tensor([.. Trials.Select(t => t.Settings.Real($"{PredictorSettings.Prefix}learning_rate"))], [Trials.Count, 1], type, device).DetachFromDisposeScope();
        window = zeros(Trials.Count, float64, device).DetachFromDisposeScope();
        notFinite = zeros(Trials.Count, int64, device).DetachFromDisposeScope();
        adam = new StackAdam(zeros_like(parameters), zeros_like(parameters), weightDecay: null);
        weights = segments.ToDictionary(s => s.Name, s => s.Of(parameters).detach().requires_grad_().DetachFromDisposeScope());
    }

    /// <summary>By seed, else as they were given.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>The different seeds, ascending.</summary>
    public IReadOnlyList<long> Seeds { get; }

    public long StepsDone { get; private set; }

    public int BatchesInWindow { get; private set; }

    public IReadOnlyDictionary<string, Tensor> State => adam.State
        .Select(s => KeyValuePair.Create($"optimizer.{s.Key}", s.Value))
        .Append(new("parameters", parameters)).Append(new("window", window)).Append(new("not_finite", notFinite))
        .ToDictionary();

    /// <summary>One step of every predictor.</summary>
    /// <param name="frames">Windows of H + K embeddings of each trial, [K, B, H + K, E].</param>
    public void Step(Tensor frames)
    {
        using var scope = NewDisposeScope();
        var predicted = Predict(frames.narrow(2, 0, settings.History), settings.Rollout);
        var losses = (predicted - frames.narrow(2, settings.History, settings.Rollout)).Square().mean([1, 2, 3]);    // [K]
        var found = autograd.grad([losses.sum()], [.. segments.Select(s => weights[s.Name])]);

        using var noGradient = no_grad();
        foreach (var (gradient, segment) in found.Zip(segments)) segment.Of(gradients).copy_(gradient);
        window.Add_(losses);
        notFinite.Add_(losses.isfinite().logical_not().logical_and(notFinite.Eq(0)).to(int64).Mul_(StepsDone + 1));
        adam.Step(parameters, gradients, rates, StepsDone + 1);
        StepsDone++;
        BatchesInWindow++;
    }

    /// <summary>What every predictor makes of some embeddings and then of its own output.</summary>
    /// <param name="history">[K, B, H, E], the newest last.</param>
    /// <param name="steps">n frames ahead.</param>
    /// <returns>[K, B, n, E].</returns>
    public Tensor Predict(Tensor history, int steps)
    {
        using var scope = NewDisposeScope();
        var past = Enumerable.Range(0, settings.History).Select(i => history.select(2, i)).ToList();    // [K, B, E] each
        for (var step = 0; step < steps; step++)
        {
            var seen = past[^settings.History..];
            var hidden = Linear(cat(seen, 2), First).relu();
            var next = Linear(hidden, Second);
            past.Add(settings.IsResidual ? seen[^1].Add(next) : next);
        }

        return stack(past[settings.History..], 2).MoveToOuterDisposeScope();
    }

    /// <summary>Every predictor's loss, averaged over the batches since the last call; null where not finite.</summary>
    public IReadOnlyList<double?> TakeLosses()
    {
        using var scope = NewDisposeScope();
        var means = window.Div(BatchesInWindow).cpu().data<double>().ToArray();
        window.zero_();
        BatchesInWindow = 0;
        return [.. means.Select(mean => double.IsFinite(mean) ? mean : (double?)null)];
    }

    /// <summary>For each trial the step at which its loss was first not finite; null while it is.</summary>
    public IReadOnlyList<long?> Divergences()
    {
        using var scope = NewDisposeScope();
        return [.. notFinite.cpu().data<long>().Select(step => step > 0 ? step : (long?)null)];
    }

    /// <summary>One trial's weights by PyTorch's names, without the trial axis, sharing memory with the stack's.</summary>
    public IReadOnlyDictionary<string, Tensor> TensorsOf(Trial trial)
    {
        var place = Trials.Index().First(t => t.Item == trial).Index;
        return weights.ToDictionary(t => t.Key, t => t.Value.select(0, place).detach());
    }

    /// <summary>A stack of some of the trials that goes on where this one stands, with the same bits; this one is done with.</summary>
    public PredictorStack Keep(IReadOnlyCollection<Trial> kept)
    {
        var places = Trials.Index().Where(t => kept.Contains(t.Item)).Select(t => (long)t.Index).ToArray();
        var rest = new PredictorStack([.. places.Select(k => Trials[(int)k])], device, parameters.dtype);
        using var scope = NewDisposeScope();
        var chosen = tensor(places, device: device);
        rest.Restore(State.ToDictionary(s => s.Key, s => s.Value.index_select(0, chosen)), StepsDone, BatchesInWindow);
        Dispose();
        return rest;
    }

    public void Restore(IReadOnlyDictionary<string, Tensor> state, long stepsDone, int batchesInWindow)
    {
        using var noGradient = no_grad();
        foreach (var (name, tensor) in State) tensor.copy_(state[name]);
        (StepsDone, BatchesInWindow) = (stepsDone, batchesInWindow);
    }

    public void Dispose()
    {
        foreach (var tensor in weights.Values.Append(parameters).Append(gradients).Append(rates).Append(window).Append(notFinite)) tensor.Dispose();
        adam.Dispose();
    }

    private static IReadOnlyList<Layer> LayersOf(PredictorSettings settings) =>
    [
        new LinearLayer(First, settings.History * settings.EmbeddingDim, settings.Width),
        new ReluLayer("predictor.1"),
        new LinearLayer(Second, settings.Width, settings.EmbeddingDim),
    ];

    /// <param name="x">[K, B, in].</param>
    private Tensor Linear(Tensor x, string layer) =>
        bmm(x, weights[$"{layer}.weight"].transpose(1, 2)).Add(weights[$"{layer}.bias"].unsqueeze(1));
}
