using TorchSharp;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>
/// Predictors trained together, each on an embedding of its own: from H past embeddings the next one, and from its own output the ones after
/// that. The same tensor operations on every device: on a GPU for all trials at once, on a processor trial by trial, each on one core, so that
/// neither neighbours nor the number of cores show in the bits.
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
    private readonly Piece[] pieces;

    /// <param name="trials">Trials that agree in <see cref="PredictorSettings"/>.</param>
    public PredictorStack(IReadOnlyList<Trial> trials, Device device, ScalarType type = ScalarType.Float32)
    {
        Trials = [.. trials.OrderBy(t => t.Seed)];
        Seeds = [.. Trials.Select(t => t.Seed).Distinct()];
        this.device = device;
        settings = PredictorSettings.From(Trials[0].Settings);
        segments = StackLayout.SegmentsOf(LayersOf(settings)).Parameters;

        var count = device.type == DeviceType.CPU ? 1 : Trials.Count;
        pieces = [.. Enumerable.Range(0, Trials.Count / count).Select(piece => PieceOf(piece * count, count, type))];
    }

    /// <summary>By seed, else as they were given.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>The different seeds, ascending.</summary>
    public IReadOnlyList<long> Seeds { get; }

    public long StepsDone { get; private set; }

    public int BatchesInWindow { get; private set; }

    public IReadOnlyDictionary<string, Tensor> State =>
        pieces[0].State.Keys.ToDictionary(name => name, name => cat([.. pieces.Select(piece => piece.State[name])], 0));

    /// <summary>How many runs of trials are worked on by themselves: one on a GPU, as many as there are trials on a processor.</summary>
    internal int Pieces => pieces.Length;

    /// <summary>The trials of a piece along the trial axis.</summary>
    internal (int First, int Count) TrialsOf(int piece) => (pieces[piece].First, pieces[piece].Count);

    /// <summary>One step of every predictor.</summary>
    /// <param name="frames">Windows of H + K embeddings of each trial, [K, B, H + K, E].</param>
    public void Step(Tensor frames)
    {
        Cores.Share(pieces.Length, Environment.ProcessorCount, (_, place) => Step(pieces[place], frames.narrow(0, pieces[place].First, pieces[place].Count)));
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
        return cat([.. pieces.Index().Select(p => Predict(p.Index, history.narrow(0, p.Item.First, p.Item.Count), steps))], 0).MoveToOuterDisposeScope();
    }

    /// <summary>The same by the trials of one piece.</summary>
    internal Tensor Predict(int piece, Tensor history, int steps)
    {
        using var scope = NewDisposeScope();
        var past = Enumerable.Range(0, settings.History).Select(i => history.select(2, i)).ToList();    // [k, B, E] each
        for (var step = 0; step < steps; step++)
        {
            var seen = past[^settings.History..];
            var next = Linear(pieces[piece], Linear(pieces[piece], cat(seen, 2), First).relu(), Second);
            past.Add(settings.IsResidual ? seen[^1].Add(next) : next);
        }

        return stack(past[settings.History..], 2).MoveToOuterDisposeScope();
    }

    private void Step(Piece piece, Tensor frames)
    {
        using var scope = NewDisposeScope();
        var predicted = Predict(Array.IndexOf(pieces, piece), frames.narrow(2, 0, settings.History), settings.Rollout);
        var losses = (predicted - frames.narrow(2, settings.History, settings.Rollout)).Square().mean([1, 2, 3]);    // [k]
        var found = autograd.grad([losses.sum()], [.. segments.Select(s => piece.Weights[s.Name])]);

        using var noGradient = no_grad();
        foreach (var (gradient, segment) in found.Zip(segments)) segment.Of(piece.Gradients).copy_(gradient);
        piece.Window.Add_(losses);
        piece.NotFinite.Add_(losses.isfinite().logical_not().logical_and(piece.NotFinite.Eq(0)).to(int64).Mul_(StepsDone + 1));
        piece.Adam.Step(piece.Parameters, piece.Gradients, piece.Rates, StepsDone + 1);
    }

    /// <summary>Every predictor's loss, averaged over the batches since the last call; null where not finite.</summary>
    public IReadOnlyList<double?> TakeLosses()
    {
        using var scope = NewDisposeScope();
        var means = pieces.SelectMany(piece => piece.Window.Div(BatchesInWindow).cpu().data<double>()).ToArray();
        foreach (var piece in pieces) piece.Window.zero_();
        BatchesInWindow = 0;
        return [.. means.Select(mean => double.IsFinite(mean) ? mean : (double?)null)];
    }

    /// <summary>For each trial the step at which its loss was first not finite; null while it is.</summary>
    public IReadOnlyList<long?> Divergences()
    {
        using var scope = NewDisposeScope();
        return [.. pieces.SelectMany(piece => piece.NotFinite.cpu().data<long>()).Select(step => step > 0 ? step : (long?)null)];
    }

    /// <summary>One trial's weights by PyTorch's names, without the trial axis, sharing memory with the stack's.</summary>
    public IReadOnlyDictionary<string, Tensor> TensorsOf(Trial trial)
    {
        var place = Trials.Index().First(t => t.Item == trial).Index;
        var piece = pieces.Last(p => p.First <= place);
        return segments.ToDictionary(s => s.Name, s => s.Of(piece.Parameters).select(0, place - piece.First));
    }

    /// <summary>A stack of some of the trials that goes on where this one stands, with the same bits; this one is done with.</summary>
    public PredictorStack Keep(IReadOnlyCollection<Trial> kept)
    {
        var places = Trials.Index().Where(t => kept.Contains(t.Item)).Select(t => (long)t.Index).ToArray();
        var rest = new PredictorStack([.. places.Select(k => Trials[(int)k])], device, pieces[0].Parameters.dtype);
        using var scope = NewDisposeScope();
        var chosen = tensor(places, device: device);
        rest.Restore(State.ToDictionary(s => s.Key, s => s.Value.index_select(0, chosen)), StepsDone, BatchesInWindow);
        Dispose();
        return rest;
    }

    public void Restore(IReadOnlyDictionary<string, Tensor> state, long stepsDone, int batchesInWindow)
    {
        using var noGradient = no_grad();
        foreach (var piece in pieces)
        {
            foreach (var (name, tensor) in piece.State) tensor.copy_(state[name].narrow(0, piece.First, piece.Count));
        }

        (StepsDone, BatchesInWindow) = (stepsDone, batchesInWindow);
    }

    public void Dispose()
    {
        foreach (var piece in pieces) piece.Dispose();
    }

    private static IReadOnlyList<Layer> LayersOf(PredictorSettings settings) =>
    [
        new LinearLayer(First, settings.History * settings.EmbeddingDim, settings.Width),
        new ReluLayer("predictor.1"),
        new LinearLayer(Second, settings.Width, settings.EmbeddingDim),
    ];

    /// <param name="x">[k, B, in].</param>
    private static Tensor Linear(Piece piece, Tensor x, string layer) =>
        bmm(x, piece.Weights[$"{layer}.weight"].transpose(1, 2)).Add(piece.Weights[$"{layer}.bias"].unsqueeze(1));

    private Piece PieceOf(int first, int count, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var trials = Trials.Skip(first).Take(count).ToList();
        var rows = StackNetwork.Initialise(segments, [.. trials.Select(t => t.Seed)], device, type);
        return new Piece
        {
            First = first,
            Count = count,
            Parameters = rows.DetachFromDisposeScope(),
            Gradients = zeros_like(rows).DetachFromDisposeScope(),
            Rates = tensor([.. trials.Select(t => t.Settings.Real($"{PredictorSettings.Prefix}learning_rate"))], [count, 1], type, device)
            .DetachFromDisposeScope(),
            Window = zeros(count, float64, device).DetachFromDisposeScope(),
            NotFinite = zeros(count, int64, device).DetachFromDisposeScope(),
            Adam = new StackAdam(zeros_like(rows), zeros_like(rows), weightDecay: null),
            Weights = segments.ToDictionary(s => s.Name, s => s.Of(rows).detach().requires_grad_().DetachFromDisposeScope()),
        };
    }

    /// <summary>Trials that are worked on together.</summary>
    private sealed class Piece : IDisposable
    {
        public required int First { get; init; }

        public required int Count { get; init; }

        /// <summary>[k, P].</summary>
        public required Tensor Parameters { get; init; }

        /// <summary>[k, P].</summary>
        public required Tensor Gradients { get; init; }

        /// <summary>[k, 1].</summary>
        public required Tensor Rates { get; init; }

        /// <summary>Losses summed since the last row, [k].</summary>
        public required Tensor Window { get; init; }

        /// <summary>The step at which a loss was first not finite, 0 for never, [k].</summary>
        public required Tensor NotFinite { get; init; }

        public required StackAdam Adam { get; init; }

        /// <summary>What autograd sees as leaves: windows into <see cref="Parameters"/>.</summary>
        public required Dictionary<string, Tensor> Weights { get; init; }

        public Dictionary<string, Tensor> State => new(Adam.State.Select(s => KeyValuePair.Create($"optimizer.{s.Key}", s.Value)))
        {
            ["parameters"] = Parameters,
            ["window"] = Window,
            ["not_finite"] = NotFinite,
        };

        public void Dispose()
        {
            foreach (var tensor in Weights.Values.Append(Parameters).Append(Gradients).Append(Rates).Append(Window).Append(NotFinite)) tensor.Dispose();
            Adam.Dispose();
        }
    }
}
