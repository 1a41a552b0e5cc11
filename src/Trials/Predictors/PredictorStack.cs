using TorchSharp;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>
/// Predictors trained together, each on an embedding of its own: from H past embeddings the next one, and from its own output the ones after
/// that. The embeddings are finished, or their heads are trained along. The same tensor operations on every device: on a GPU for all trials at once, on a processor trial by trial, each on one core, so that
/// neither neighbours nor the number of cores show in the bits.
/// </summary>
/// <remarks>
/// z of H frames, side by side · Linear(H·E, width) · ReLU · Linear(width, E), added to the newest z where it is residual. The loss is the mean
/// squared error over some steps of its own output; finished embeddings come scaled to a variance of 1, so that it is a share of their variance.
/// Where the head is trained along, each of a window's frames goes through it as a view of its own, and the loss is
/// λ · prediction + μ · variance + ν · covariance, these two the mean over the window's frames, times two as they are of two views otherwise. The
/// gradient goes through what is predicted too: nothing but the two terms keeps the embedding from collapsing.
/// Letters: K trials in the stack, B windows, V frames of a window, F features, E embedding, P parameters of a trial.
/// </remarks>
public sealed class PredictorStack : IStackState, IDisposable
{
    private const string First = "predictor.0";
    private const string Second = "predictor.2";

    private readonly PredictorSettings settings;
    private readonly Network? head;    // null where embeddings are finished
    private readonly double dropout;
    private readonly IReadOnlyList<Segment> buffers;
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
        var all = StackSettings.From(Trials[0].Settings);
        (head, dropout) = (settings.IsJoint ? all.Network : null, all.Dropout);
        (segments, buffers) = StackLayout.SegmentsOf([.. head?.Layers ?? [], .. LayersOf(settings.History, settings.Width, settings.EmbeddingDim)]);

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

    /// <summary>V, history and rollout together.</summary>
    internal int WindowFrames => settings.History + settings.Rollout;

    /// <summary>What makes the embeddings where it is trained along; null where they are finished.</summary>
    internal Network? Head => head;

    /// <summary>One step of every predictor on finished embeddings.</summary>
    /// <param name="frames">Windows of embeddings of each trial, [K, B, V, E].</param>
    public void Step(Tensor frames) => EachPiece((piece, place) =>
    {
        var mine = frames.narrow(0, piece.First, piece.Count);
        return Prediction(place, [.. Enumerable.Range(0, WindowFrames).Select(i => mine.select(2, i))]).unsqueeze(1);
    });

    /// <summary>One step of every predictor and of the head that makes its embeddings.</summary>
    /// <param name="features">For each seed the frames of its windows, the first of all windows, then the second, …, [V · B, F].</param>
    public void Step(IReadOnlyList<Tensor> features) => EachPiece((piece, place) =>
    {
        var seeds = Trials.Skip(piece.First).Take(piece.Count).GroupBy(t => t.Seed).ToList();
        var mine = seeds.Select(g => features[Seeds.Index().First(s => s.Item == g.Key).Index]).ToList();
        var z = StackNetwork
            .Train(head!, piece.Weights, piece.Buffers, mine, DropoutFactors([.. seeds.Select(g => g.Key)], mine[0].shape[0]), [.. seeds.Select(g => g.Count())], WindowFrames)
            .view(piece.Count, WindowFrames, -1, settings.EmbeddingDim);                                                  // [k, V, B, E]
        var prediction = Prediction(place, [.. Enumerable.Range(0, WindowFrames).Select(i => z.select(1, i))]);
        var (c, flat) = (piece.Coefficients!, z.flatten(0, 1));                                                           // [k · V, B, E]
        var variance = OfTwoViews(VicRegLoss.Variance(flat, c.Gamma.repeat_interleave(WindowFrames), c.Epsilon.repeat_interleave(WindowFrames)));
        var covariance = OfTwoViews(VicRegLoss.Covariance(flat));
        var total = (c.Invariance * prediction).Add(c.Variance * variance).Add(c.Covariance * covariance);
        return stack([total, variance, covariance, prediction], 1);

        Tensor OfTwoViews(Tensor each) => each.view(piece.Count, WindowFrames).mean([1]).Mul(2);                          // [k]
    });

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
        return Rolled(piece, [.. Enumerable.Range(0, settings.History).Select(i => history.select(2, i))], steps).MoveToOuterDisposeScope();
    }

    /// <param name="past">[k, B, E] each, the newest last; gets the predictions.</param>
    /// <returns>[k, B, steps, E].</returns>
    private Tensor Rolled(int piece, List<Tensor> past, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var seen = past[^settings.History..];
            var next = Linear(pieces[piece], Linear(pieces[piece], cat(seen, 2), First).relu(), Second);
            past.Add(settings.IsResidual ? seen[^1].Add(next) : next);
        }

        return stack(past[settings.History..], 2);
    }

    /// <summary>Embeddings of features in evaluation mode, by the heads of one piece, where they are trained along.</summary>
    /// <param name="features">[M, F].</param>
    /// <returns>[k, M, E].</returns>
    internal Tensor Embed(int piece, Tensor features)
    {
        using var scope = NewDisposeScope();
        return StackNetwork.Evaluate(head!, pieces[piece].Weights, pieces[piece].Buffers, features).Embedding.MoveToOuterDisposeScope();
    }

    /// <summary>Every trial's loss terms, averaged over the batches since the last call; null where not finite.</summary>
    /// <param name="epoch">Of the last of these batches, from 1.</param>
    public IReadOnlyList<LossRow> TakeLosses(int epoch)
    {
        using var scope = NewDisposeScope();
        var rows = pieces.SelectMany(piece => piece.Window.Div(BatchesInWindow).cpu().data<double>().ToArray().Chunk(Terms).Select(Row)).ToArray();
        foreach (var piece in pieces) piece.Window.zero_();
        BatchesInWindow = 0;
        return rows;

        LossRow Row(double[] means) => head is null
            ? new LossRow(epoch, StepsDone, BatchesInWindow, Finite(means[0]), null, null, null, Finite(means[0]))
            : new LossRow(epoch, StepsDone, BatchesInWindow, Finite(means[0]), null, Finite(means[1]), Finite(means[2]), Finite(means[3]));

        static double? Finite(double mean) => double.IsFinite(mean) ? mean : null;
    }

    /// <summary>For each trial the step at which its loss was first not finite; null while it is.</summary>
    public IReadOnlyList<long?> Divergences()
    {
        using var scope = NewDisposeScope();
        return [.. pieces.SelectMany(piece => piece.NotFinite.cpu().data<long>()).Select(step => step > 0 ? step : (long?)null)];
    }

    /// <summary>One trial's weights and running statistics by PyTorch's names, without the trial axis, sharing memory with the stack's.</summary>
    public IReadOnlyDictionary<string, Tensor> TensorsOf(Trial trial)
    {
        var place = Trials.Index().First(t => t.Item == trial).Index;
        var piece = pieces.Last(p => p.First <= place);
        return segments.Select(s => KeyValuePair.Create(s.Name, s.Of(piece.Parameters).select(0, place - piece.First)))
            .Concat(piece.Buffers.Select(b => KeyValuePair.Create(b.Key, b.Value.select(0, place - piece.First)))).ToDictionary();
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

    /// <summary>Numbers of <see cref="Piece.Window"/>: the total, and with a head variance, covariance and prediction.</summary>
    private int Terms => head is null ? 1 : 4;

    /// <param name="terms">A piece's terms of this step, the total first, [k, terms].</param>
    private void EachPiece(Func<Piece, int, Tensor> terms)
    {
        Cores.Share(pieces.Length, Environment.ProcessorCount, (_, place) => Step(pieces[place], piece => terms(piece, place)));
        StepsDone++;
        BatchesInWindow++;
    }

    private void Step(Piece piece, Func<Piece, Tensor> terms)
    {
        using var scope = NewDisposeScope();
        var values = terms(piece);
        var total = values.select(1, 0);
        var found = autograd.grad([total.sum()], [.. segments.Select(s => piece.Weights[s.Name])]);

        using var noGradient = no_grad();
        foreach (var (gradient, segment) in found.Zip(segments)) segment.Of(piece.Gradients).copy_(gradient);
        piece.Window.Add_(values);
        piece.NotFinite.Add_(total.isfinite().logical_not().logical_and(piece.NotFinite.Eq(0)).to(int64).Mul_(StepsDone + 1));
        piece.Adam.Step(piece.Parameters, piece.Gradients, piece.Rates, StepsDone + 1);
    }

    /// <summary>Mean squared error over the steps of a rollout.</summary>
    /// <param name="frames">Embeddings of the V frames of windows, [k, B, E] each.</param>
    /// <returns>[k].</returns>
    private Tensor Prediction(int piece, IReadOnlyList<Tensor> frames)
    {
        var predicted = Rolled(piece, [.. frames.Take(settings.History)], settings.Rollout);
        return (predicted - stack([.. frames.Skip(settings.History)], 2)).Square().mean([1, 2, 3]);
    }

    /// <returns>For each seed what this step's dropout multiplies with, [rows, units]; null without dropout.</returns>
    private Tensor[]? DropoutFactors(IReadOnlyList<long> seeds, long rows)
    {
        if (dropout == 0 || head!.DroppedUnits is not { } units) return null;

        var parameters = pieces[0].Parameters;
        return
        [
            .. seeds.Select(seed => CounterRandom.Uniform(Dropout.Key(seed, StepsDone), [rows, units], device)
                .Ge(dropout).to(parameters.dtype).Mul_(1 / (1 - dropout))),
        ];
    }

    /// <summary>What a predictor consists of.</summary>
    internal static IReadOnlyList<Layer> LayersOf(int history, int width, int embeddingDim) =>
    [
        new LinearLayer(First, history * embeddingDim, width),
        new ReluLayer("predictor.1"),
        new LinearLayer(Second, width, embeddingDim),
    ];

    /// <param name="x">[k, B, in].</param>
    private static Tensor Linear(Piece piece, Tensor x, string layer) =>
        bmm(x, piece.Weights[$"{layer}.weight"].transpose(1, 2)).Add(piece.Weights[$"{layer}.bias"].unsqueeze(1));

    private Piece PieceOf(int first, int count, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var trials = Trials.Skip(first).Take(count).ToList();
        var seeds = trials.Select(t => t.Seed).ToList();
        var rows = StackNetwork.Initialise(segments, seeds, device, type);
        var statistics = head is null ? null : StackNetwork.Initialise(new StackLayout(head), seeds, device, type).Buffers.DetachFromDisposeScope();
        return new Piece
        {
            First = first,
            Count = count,
            Parameters = rows.DetachFromDisposeScope(),
            Gradients = zeros_like(rows).DetachFromDisposeScope(),
            Rates = tensor([.. trials.Select(t => t.Settings.Real($"{PredictorSettings.Prefix}learning_rate"))], [count, 1], type, device)
            .DetachFromDisposeScope(),
            Statistics = statistics,
            Coefficients = head is null ? null : Coefficients.Of(trials, settings.EmbeddingDim, device, type),
            Window = zeros([count, Terms], float64, device).DetachFromDisposeScope(),
            NotFinite = zeros(count, int64, device).DetachFromDisposeScope(),
            Adam = new StackAdam(zeros_like(rows), zeros_like(rows), weightDecay: null),
            Buffers = buffers.ToDictionary(s => s.Name, s => s.Of(statistics!).DetachFromDisposeScope()),
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

        /// <summary>Running statistics of the head, [k, Q]; null without one, or where it has none.</summary>
        public required Tensor? Statistics { get; init; }

        /// <summary>Windows into <see cref="Statistics"/> by name.</summary>
        public required Dictionary<string, Tensor> Buffers { get; init; }

        /// <summary>What weighs the terms; null where the prediction is all.</summary>
        public required Coefficients? Coefficients { get; init; }

        /// <summary>Losses summed since the last row, [k, terms].</summary>
        public required Tensor Window { get; init; }

        /// <summary>The step at which a loss was first not finite, 0 for never, [k].</summary>
        public required Tensor NotFinite { get; init; }

        public required StackAdam Adam { get; init; }

        /// <summary>What autograd sees as leaves: windows into <see cref="Parameters"/>.</summary>
        public required Dictionary<string, Tensor> Weights { get; init; }

        public Dictionary<string, Tensor> State
        {
            get
            {
                var state = Adam.State.ToDictionary(s => $"optimizer.{s.Key}", s => s.Value);
                (state["parameters"], state["window"], state["not_finite"]) = (Parameters, Window, NotFinite);
                if (Statistics is not null) state["buffers"] = Statistics;
                return state;
            }
        }

        public void Dispose()
        {
            foreach (var tensor in Weights.Values.Concat(Buffers.Values).Append(Parameters).Append(Gradients).Append(Rates).Append(Window).Append(NotFinite))
                tensor.Dispose();
            Statistics?.Dispose();
            Coefficients?.Dispose();
            Adam.Dispose();
        }
    }
}
