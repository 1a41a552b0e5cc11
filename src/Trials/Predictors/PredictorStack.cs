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
/// that. The embeddings are finished, or their heads are trained along. The same tensor operations on every device: on a GPU for all trials at
/// once, on a processor trial by trial, each on one core, so that neither neighbours nor the number of cores show in the bits. Nothing of a step
/// waits for a GPU.
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
        : this(trials, device, type, isWhole: device.type != DeviceType.CPU)
    {
    }

    /// <param name="isWhole">Whether all trials are worked on at once, as on a GPU.</param>
    internal PredictorStack(IReadOnlyList<Trial> trials, Device device, ScalarType type, bool isWhole)
    {
        Trials = [.. trials.OrderBy(t => t.Seed)];
        Seeds = [.. Trials.Select(t => t.Seed).Distinct()];
        this.device = device;
        settings = PredictorSettings.From(Trials[0].Settings);
        var all = StackSettings.From(Trials[0].Settings);
        (head, dropout) = (settings.IsJoint ? all.Network : null, all.Dropout);
        (segments, buffers) = StackLayout.SegmentsOf([.. head?.Layers ?? [], .. LayersOf(settings.History, settings.Width, settings.EmbeddingDim)]);

        var count = isWhole ? Trials.Count : 1;
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
    public void Step(Tensor frames) => Step(place => frames.narrow(0, pieces[place].First, pieces[place].Count));

    /// <summary>The same of windows that are made where they are used.</summary>
    /// <param name="frames">Gives the windows of a piece's trials, [k, B, V, E].</param>
    internal void Step(Func<int, Tensor> frames) => EachPiece((piece, place) =>
    {
        var (error, gradients, _) = Prediction(piece, frames(place), weight: null);
        return (error.unsqueeze(1), gradients);
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
        var (c, flat) = (piece.Coefficients!, z.flatten(0, 1));                                                           // [k · V, B, E]
        var (prediction, ofPredictor, ofFrames) = Prediction(piece, z.detach().transpose(1, 2), c.Invariance);
        var variance = OfTwoViews(VicRegLoss.Variance(flat, c.Gamma.repeat_interleave(WindowFrames), c.Epsilon.repeat_interleave(WindowFrames)));
        var covariance = OfTwoViews(VicRegLoss.Covariance(flat));
        var spread = (c.Variance * variance).Add(c.Covariance * covariance);                                              // [k]

        // What the head gets of the prediction comes through the frames, of the other terms from autograd.
        var ofHead = autograd.grad(
            [spread, z], [.. segments.SkipLast(ofPredictor.Count).Select(s => piece.Weights[s.Name])], [ones_like(spread), ofFrames!.transpose(1, 2)]);
        return (stack([(c.Invariance * prediction).Add(spread), variance, covariance, prediction], 1), [.. ofHead, .. ofPredictor]);

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
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return RolloutOf(pieces[piece]).Predict(history, steps).MoveToOuterDisposeScope();
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
        return [.. pieces.SelectMany(piece => piece.Sound.cpu().data<long>()).Select(steps => steps < StepsDone ? steps + 1 : (long?)null)];
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

    /// <param name="work">
    /// A piece's terms of this step, the total first, [k, terms], and the gradients of the total, in the order of the segments, each of k rows.
    /// </param>
    private void EachPiece(Func<Piece, int, (Tensor Terms, IReadOnlyList<Tensor> Gradients)> work)
    {
        Cores.Share(pieces.Length, Environment.ProcessorCount, (_, place) => Step(pieces[place], piece => work(piece, place)));
        StepsDone++;
        BatchesInWindow++;
    }

    private void Step(Piece piece, Func<Piece, (Tensor Terms, IReadOnlyList<Tensor> Gradients)> work)
    {
        using var scope = NewDisposeScope();
        var (terms, gradients) = work(piece);

        using var noGradient = no_grad();
        var total = terms.select(1, 0);
        piece.Window.Add_(terms);
        piece.Sound.Add_((total - total).Eq(0).logical_and(piece.Sound.Eq(StepsDone)));    // What is not finite leaves no zero.
        piece.Adam.Step(piece.Parameters, cat([.. gradients.Select(g => g.flatten(1))], 1), piece.Rates, StepsDone + 1);
    }

    /// <summary>Mean squared error over the steps of a rollout, with its gradients.</summary>
    /// <param name="frames">Embeddings of the V frames of windows, [k, B, V, E].</param>
    /// <param name="weight">What the gradients are of, times the error, [k]; null for the error itself and finished embeddings.</param>
    /// <returns>[k]; the gradients of the predictor's weights; and of the frames, [k, B, V, E], or null where embeddings are finished.</returns>
    private (Tensor Error, IReadOnlyList<Tensor> OfWeights, Tensor? OfFrames) Prediction(Piece piece, Tensor frames, Tensor? weight)
    {
        using var noGradient = no_grad();
        var rollout = RolloutOf(piece);
        var difference = rollout.Predict(frames.narrow(2, 0, settings.History), settings.Rollout) - frames.narrow(2, settings.History, settings.Rollout);
        var error = difference.Square().mean([1, 2, 3]);
        var slope = 2.0 / (difference.NumberOfElements / piece.Count);
        if (weight is null) return (error, rollout.Gradients(difference.Mul_(slope), seen: null), null);

        var ofPredicted = difference * weight.Mul(slope).view(-1, 1, 1, 1);
        var (ofTargets, ofSeen) = (ofPredicted.neg(), zeros_like(frames.narrow(2, 0, settings.History)));
        var ofWeights = rollout.Gradients(ofPredicted, ofSeen);
        return (error, ofWeights, cat([ofSeen, ofTargets], 2));
    }

    private Rollout RolloutOf(Piece piece) => new(settings, [.. segments.TakeLast(4).Select(s => piece.Weights[s.Name])]);

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
            Rates = tensor([.. trials.Select(t => t.Settings.Real($"{PredictorSettings.Prefix}learning_rate"))], [count, 1], type, device)
            .DetachFromDisposeScope(),
            Statistics = statistics,
            Coefficients = head is null ? null : Coefficients.Of(trials, settings.EmbeddingDim, device, type),
            Window = zeros([count, Terms], float64, device).DetachFromDisposeScope(),
            Sound = zeros(count, int64, device).DetachFromDisposeScope(),
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

        /// <summary>Steps before the first whose loss was not finite, [k].</summary>
        public required Tensor Sound { get; init; }

        public required StackAdam Adam { get; init; }

        /// <summary>What autograd sees as leaves: windows into <see cref="Parameters"/>.</summary>
        public required Dictionary<string, Tensor> Weights { get; init; }

        public Dictionary<string, Tensor> State
        {
            get
            {
                var state = Adam.State.ToDictionary(s => $"optimizer.{s.Key}", s => s.Value);
                (state["parameters"], state["window"], state["sound"]) = (Parameters, Window, Sound);
                if (Statistics is not null) state["buffers"] = Statistics;
                return state;
            }
        }

        public void Dispose()
        {
            foreach (var tensor in Weights.Values.Concat(Buffers.Values).Append(Parameters).Append(Rates).Append(Window).Append(Sound))
                tensor.Dispose();
            Statistics?.Dispose();
            Coefficients?.Dispose();
            Adam.Dispose();
        }
    }
}
