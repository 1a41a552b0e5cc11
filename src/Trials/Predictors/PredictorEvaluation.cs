using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Sources;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>How well predictors predict held-out sequences, against predictions that need no training.</summary>
/// <remarks>
/// The same windows for every horizon: H frames are seen, the furthest that is predicted is in the sequence too. Letters: K trials, w windows,
/// H history, h horizon, E embedding.
/// </remarks>
internal sealed class PredictorEvaluation : IDisposable
{
    /// <summary>Of the closed-form predictor: little, since it has some ten thousand windows for some hundred inputs.</summary>
    public const double RidgeOfPredictor = 1e-6;

    private const int WindowsAtOnce = 512;

    private readonly PredictorSettings settings;
    private readonly EmbeddedVideo video;
    private readonly Tensor history;      // [K, w, H, E]
    private readonly Tensor future;       // [K, w, horizons, E]
    private readonly Tensor positions;    // [1, w · horizons, 2 · dots], by window, then horizon
    private readonly Readout position;
    private readonly double[] variance;   // [K], of the frames that are predicted; about 1
    private readonly double[][] repeated; // by horizon, [K]
    private readonly double[][] extrapolated;
    private readonly double[][] ridge;
    private readonly Dictionary<string, double[]> readings = [];

    public PredictorEvaluation(TrialSettings s, EmbeddedVideo video)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        settings = PredictorSettings.From(s);
        this.video = video;
        var (horizons, device) = (settings.Horizons, video.Test.device);
        var firsts = Firsts(video.Test.shape[1] / settings.Frames, settings.History + horizons, device);
        var windows = EmbeddedVideo.Windows(video.Test, firsts, settings.History + horizons);                     // [K, w, H + h, E]
        history = windows.narrow(2, 0, settings.History).contiguous().DetachFromDisposeScope();
        future = windows.narrow(2, settings.History, horizons).contiguous().DetachFromDisposeScope();
        variance = Numbers((future - future.mean([1, 2], keepdim: true)).Square().mean([1, 2, 3]));

        var last = history.select(2, settings.History - 1);                                                       // [K, w, E]
        repeated = Errors(h => last);
        extrapolated = settings.History == 1 ? [] : Errors(h => last.Add((last - history.select(2, settings.History - 2)).Mul(h)));
        using var linear = Autoregression();
        ridge = Errors(Rolled(history, seen => linear.Of(seen.flatten(2))));
        (position, positions) = Positions(s, firsts);
    }

    /// <summary>Each predictor's metrics by name, in the order of <see cref="PredictionMetrics.All"/>; null where undefined.</summary>
    /// <param name="piece">The trials of <paramref name="predictors"/> whose embeddings these are.</param>
    /// <param name="collapsed">The trials whose embedding has collapsed completely: errors over no variance say nothing.</param>
    public IReadOnlyList<IReadOnlyList<KeyValuePair<string, double?>>> Metrics(PredictorStack predictors, int piece, IReadOnlyList<bool> collapsed)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var predicted = predictors.Predict(piece, history, settings.Horizons).to(float64);                                // [K, w, h, E]
        var columns = new Dictionary<string, double[]>(readings);
        var errors = Errors(predicted);
        for (var h = 1; h <= settings.Horizons; h++)
        {
            var (mine, at) = (errors[h - 1], h);
            Add(PredictionMetrics.Error, k => mine[k] / variance[k]);
            Add(PredictionMetrics.Skill, k => 1 - (mine[k] / repeated[at - 1][k]));
            if (extrapolated.Length > 0) Add(PredictionMetrics.SkillOverLine, k => 1 - (mine[k] / extrapolated[at - 1][k]));
            Add(PredictionMetrics.SkillOverRidge, k => 1 - (mine[k] / ridge[at - 1][k]));
            columns[PredictionMetrics.At(PredictionMetrics.Retrieval, h)] = Retrieved(predicted.select(2, h - 1), future.select(2, h - 1).to(float64));
            var (r2, rmse) = Readout.Quality(position.Of(predicted.select(2, h - 1)), PositionsAt(h));
            (columns[PredictionMetrics.At(PredictionMetrics.PositionR2, h)], columns[PredictionMetrics.At(PredictionMetrics.PositionRmse, h)]) = (r2, rmse);

            void Add(string metric, Func<int, double> value) => columns[PredictionMetrics.At(metric, at)] = [.. Enumerable.Range(0, mine.Length).Select(value)];
        }

        Surprises(predicted.select(2, 0), errors[0], columns);
        return
        [
            .. Enumerable.Range(0, collapsed.Count).Select(k => (IReadOnlyList<KeyValuePair<string, double?>>)
            [
                .. PredictionMetrics.All.Select(m => KeyValuePair.Create(
                    m.Name, !collapsed[k] && columns.TryGetValue(m.Name, out var column) && double.IsFinite(column[k]) ? column[k] : (double?)null)),
            ]),
        ];
    }

    public void Dispose()
    {
        history.Dispose();
        future.Dispose();
        positions.Dispose();
        position.Dispose();
    }

    /// <summary>The first frames of all windows that lie within a sequence.</summary>
    private Tensor Firsts(long sequences, int length, Device device) => tensor(
        [
            .. from sequence in Enumerable.Range(0, (int)sequences)
               from start in Enumerable.Range(0, settings.Frames - length + 1)
               select ((long)sequence * settings.Frames) + start,
        ],
        device: device);

    /// <summary>One step of the best linear predictor from H embeddings, by the training sequences.</summary>
    private Readout Autoregression()
    {
        using var scope = NewDisposeScope();
        var firsts = Firsts(video.Train.shape[1] / settings.Frames, settings.History + 1, video.Train.device);
        var windows = EmbeddedVideo.Windows(video.Train, firsts, settings.History + 1);
        return new Readout(windows.narrow(2, 0, settings.History).flatten(2), windows.select(2, settings.History), RidgeOfPredictor);
    }

    /// <summary>Predicts from H frames and then from the predictions, in double precision.</summary>
    /// <param name="step">From [K, w, H, E] to [K, w, E].</param>
    private Func<int, Tensor> Rolled(Tensor seen, Func<Tensor, Tensor> step)
    {
        var past = Enumerable.Range(0, settings.History).Select(i => seen.select(2, i).to(float64)).ToList();
        for (var h = 0; h < settings.Horizons; h++) past.Add(step(stack(past[^settings.History..], 2)));
        return h => past[settings.History + h - 1];
    }

    private double[][] Errors(Tensor predicted) => Errors(h => predicted.select(2, h - 1));

    /// <returns>Mean squared error of each trial, by horizon.</returns>
    private double[][] Errors(Func<int, Tensor> predicted) =>
        [.. Enumerable.Range(1, settings.Horizons).Select(h => Numbers((predicted(h).to(float64) - future.select(2, h - 1)).Square().mean([1, 2])))];

    private (Readout Position, Tensor Positions) Positions(TrialSettings s, Tensor firsts)
    {
        var (trainPositions, trainVelocities) = Truth(s, DotsPart.Train);
        var (testPositions, testVelocities) = Truth(s, DotsPart.Test);
        var position = new Readout(video.Train, trainPositions);
        (readings[PredictionMetrics.TruePositionR2], readings[PredictionMetrics.TruePositionRmse]) = Readout.Quality(position.Of(video.Test), testPositions);

        var (seconds, heldSeconds) = (Seconds(video.Train), Seconds(video.Test));
        var (velocities, heldVelocities) = (trainVelocities.index_select(1, seconds), testVelocities.index_select(1, heldSeconds));
        using (var one = new Readout(video.Train.index_select(1, seconds), velocities))
            readings[PredictionMetrics.VelocityR2One] = Readout.Quality(one.Of(video.Test.index_select(1, heldSeconds)), heldVelocities).R2;
        using (var two = new Readout(Pairs(video.Train, seconds), velocities))
            readings[PredictionMetrics.VelocityR2Two] = Readout.Quality(two.Of(Pairs(video.Test, heldSeconds)), heldVelocities).R2;

        var places = (firsts.Add(settings.History).unsqueeze(1).Add(TensorArithmetic.Arange(settings.Horizons, device: firsts.device).unsqueeze(0))).flatten();
        return (position, testPositions.index_select(1, places).DetachFromDisposeScope());

        // Every frame that has one before it.
        Tensor Seconds(Tensor frames) => tensor(
            [.. Enumerable.Range(0, (int)frames.shape[1]).Where(i => i % settings.Frames > 0).Select(i => (long)i)], device: frames.device);

        static Tensor Pairs(Tensor frames, Tensor seconds) => cat([frames.index_select(1, seconds.Sub(1)), frames.index_select(1, seconds)], 2);
    }

    private (Tensor Positions, Tensor Velocities) Truth(TrialSettings s, DotsPart part)
    {
        var (positions, velocities) = DotsSource.Truth(s, part);
        var width = positions.Length / (part == DotsPart.Train ? video.Train : video.Test).shape[1];
        return (Of(positions), Of(velocities));

        Tensor Of(double[] values) => tensor(values, [1, values.Length / width, width], device: video.Train.device);
    }

    private Tensor PositionsAt(int horizon) =>
        positions.view(1, history.shape[1], settings.Horizons, positions.shape[2]).select(2, horizon - 1);

    /// <summary>The share of predictions whose own target is nearer than that of every other window.</summary>
    private static double[] Retrieved(Tensor predicted, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var windows = predicted.shape[1];
        var squares = targets.Square().sum(2).unsqueeze(1);                                                       // [K, 1, w]
        var found = zeros(predicted.shape[0], float64, predicted.device);
        for (var first = 0L; first < windows; first += WindowsAtOnce)
        {
            using var piece = NewDisposeScope();
            var some = predicted.narrow(1, first, Math.Min(WindowsAtOnce, windows - first));
            var nearest = (squares - bmm(some, targets.transpose(1, 2)).Mul(2)).argmin(2);                        // [K, piece]; the prediction's own square is in all
            found.Add_(nearest.eq(TensorArithmetic.Arange(some.shape[1], device: some.device).Add(first)).to(float64).sum(1));
        }

        return Numbers(found.Div(windows));
    }

    /// <summary>Errors where what comes cannot come: the dot is somewhere else, or turns back, over the error where it comes.</summary>
    private void Surprises(Tensor predicted, double[] normal, Dictionary<string, double[]> columns)
    {
        // A window of another sequence, at the same time.
        var perSequence = settings.Frames - settings.History - settings.Horizons + 1;
        Record(PredictionMetrics.SurpriseTeleport, future.select(2, 0).roll([perSequence], [1]));

        // Where nothing but the direction changes, the next frame is the one before the last.
        if (settings.History > 1) Record(PredictionMetrics.SurpriseFlip, history.select(2, settings.History - 2));

        void Record(string metric, Tensor comes)
        {
            var surprised = Numbers((predicted - comes).Square().mean([1, 2]));
            columns[metric] = [.. surprised.Zip(normal).Select(e => e.First / e.Second)];
        }
    }

    private static double[] Numbers(Tensor perTrial) => perTrial.to(float64).cpu().data<double>().ToArray();
}
