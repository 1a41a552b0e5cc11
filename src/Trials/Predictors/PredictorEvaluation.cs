using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Metrics;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>How well predictors predict held-out sequences, against predictions that need no training.</summary>
/// <remarks>Letters: K trials, w windows, H history, h horizon, E embedding, C coordinates of all dots.</remarks>
internal sealed class PredictorEvaluation : IDisposable
{
    /// <summary>Of the closed-form predictor: little, since it has some ten thousand windows for some hundred inputs.</summary>
    public const double RidgeOfPredictor = 1e-6;

    private const int WindowsAtOnce = 512;

    private readonly PredictorSettings settings;
    private readonly VideoWindows windows;
    private readonly EmbeddedVideo video;
    private readonly Tensor history;      // [K, w, H, E]
    private readonly Tensor future;       // [K, w, horizons, E]
    private readonly Readout? position;   // null where nobody knows where things are
    private readonly double[] variance;   // [K], of the frames that are predicted; about 1
    private readonly double[][] repeated; // by horizon, [K]
    private readonly double[][] extrapolated;
    private readonly double[][] ridge;
    private readonly Dictionary<string, double[]> readings = [];

    /// <param name="windows">Of the trials' stack; it and <paramref name="video"/> stay the caller's.</param>
    public PredictorEvaluation(VideoWindows windows, EmbeddedVideo video)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        (settings, this.windows, this.video) = (windows.Settings, windows, video);
        var horizons = settings.Horizons;
        var seen = EmbeddedVideo.Windows(video.Test, windows.TestFirsts, settings.History + horizons);            // [K, w, H + h, E]
        history = seen.narrow(2, 0, settings.History).contiguous().DetachFromDisposeScope();
        future = seen.narrow(2, settings.History, horizons).contiguous().DetachFromDisposeScope();
        variance = Numbers((future - future.mean([1, 2], keepdim: true)).Square().mean([1, 2, 3]));

        var last = history.select(2, settings.History - 1);                                                       // [K, w, E]
        repeated = Errors(h => last);
        extrapolated = settings.History == 1 ? [] : Errors(h => last.Add((last - history.select(2, settings.History - 2)).Mul(h)));
        using var linear = Autoregression();
        ridge = Errors(Rolled(history, past => linear.Of(past.flatten(2))));
        Baselines();

        if (windows.TrainPositions is null) return;

        position = new Readout(video.Train, windows.TrainPositions);
        Read(position);
    }

    /// <summary>Each predictor's metrics by name, in the order of <see cref="PredictionMetrics.All"/>; null where undefined.</summary>
    /// <param name="predict">What the trials' predictors make of a history [K, w, H, E] in so many steps, [K, w, steps, E].</param>
    /// <param name="collapsed">The trials whose embedding has collapsed completely: errors over no variance say nothing.</param>
    public IReadOnlyList<IReadOnlyList<KeyValuePair<string, double?>>> Metrics(Func<Tensor, int, Tensor> predict, IReadOnlyList<bool> collapsed)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var predicted = predict(history, settings.Horizons).to(float64);                                          // [K, w, h, E]
        var columns = new Dictionary<string, double[]>(readings);
        var errors = Errors(h => predicted.select(2, h - 1));
        for (var h = 1; h <= settings.Horizons; h++)
        {
            var mine = errors[h - 1];
            columns[PredictionMetrics.At(PredictionMetrics.Error, h)] = Each(k => mine[k] / variance[k]);
            columns[PredictionMetrics.At(PredictionMetrics.Skill, h)] = Over(mine, repeated[h - 1]);
            if (extrapolated.Length > 0) columns[PredictionMetrics.At(PredictionMetrics.SkillOverLine, h)] = Over(mine, extrapolated[h - 1]);
            columns[PredictionMetrics.At(PredictionMetrics.SkillOverRidge, h)] = Over(mine, ridge[h - 1]);
            columns[PredictionMetrics.At(PredictionMetrics.Retrieval, h)] = Retrieved(predicted.select(2, h - 1), future.select(2, h - 1).to(float64));
            if (position is null) continue;

            (columns[PredictionMetrics.At(PredictionMetrics.PositionR2, h)], columns[PredictionMetrics.At(PredictionMetrics.PositionRmse, h)]) =
                Readout.Quality(position.Of(predicted.select(2, h - 1)), windows.PositionsAt(h));
        }

        Surprises(predicted.select(2, 0), errors[0], columns);
        return
        [
            .. collapsed.Index().Select(trial => (IReadOnlyList<KeyValuePair<string, double?>>)
            [
                .. PredictionMetrics.All.Select(m => KeyValuePair.Create(m.Name, Value(m.Name, trial.Index, trial.Item))),
            ]),
        ];

        double? Value(string metric, int k, bool hasCollapsed) =>
            !hasCollapsed && columns.TryGetValue(metric, out var column) && double.IsFinite(column[k]) ? column[k] : null;
    }

    /// <summary>
    /// Where the dots are, and where they are read to be: in the last frame that is seen, from its own embedding, and in the frames after it,
    /// from the predictions. Of the first window of some held-out sequences.
    /// </summary>
    /// <param name="predict">As in <see cref="Metrics"/>.</param>
    /// <param name="most">Sequences at most.</param>
    /// <returns>For each trial sequence by sequence 1 + horizons rows of C true and C read coordinates, in pixels; null where nobody knows where things are.</returns>
    public IReadOnlyList<float[]>? Paths(Func<Tensor, int, Tensor> predict, int most)
    {
        if (position is null) return null;

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var sequences = Math.Min(most, history.shape[1] / windows.PerSequence);
        var chosen = tensor([.. Enumerable.Range(0, (int)sequences).Select(i => (long)i * windows.PerSequence)], device: history.device);
        var seen = history.index_select(1, chosen);                                                               // [K, s, H, E]
        var all = cat([seen.narrow(2, settings.History - 1, 1).to(float64), predict(seen, settings.Horizons).to(float64)], 2);
        var read = position.Of(all.flatten(1, 2)).view(all.shape[0], sequences, all.shape[2], -1);                // [K, s, 1 + h, C]
        var truth = stack([.. Enumerable.Range(0, settings.Horizons + 1).Select(h => windows.PositionsAt(h).index_select(0, chosen))], 1);
        var both = cat([truth.unsqueeze(0).expand_as(read), read], 3).to(float32).cpu();
        return [.. Enumerable.Range(0, (int)both.shape[0]).Select(k => both[k].contiguous().data<float>().ToArray())];
    }

    public void Dispose()
    {
        history.Dispose();
        future.Dispose();
        position?.Dispose();
    }

    /// <summary>One step of the best linear predictor from H embeddings, by the training sequences.</summary>
    private Readout Autoregression()
    {
        using var scope = NewDisposeScope();
        var seen = EmbeddedVideo.Windows(video.Train, windows.TrainFirsts, settings.History + 1);
        return new Readout(seen.narrow(2, 0, settings.History).flatten(2), seen.select(2, settings.History), RidgeOfPredictor);
    }

    /// <summary>Predicts from H frames and then from the predictions, in double precision.</summary>
    /// <param name="step">From [K, w, H, E] to [K, w, E].</param>
    private Func<int, Tensor> Rolled(Tensor seen, Func<Tensor, Tensor> step)
    {
        var past = Enumerable.Range(0, settings.History).Select(i => seen.select(2, i).to(float64)).ToList();
        for (var h = 0; h < settings.Horizons; h++) past.Add(step(stack(past[^settings.History..], 2)));
        return h => past[settings.History + h - 1];
    }

    /// <returns>Mean squared error of each trial, by horizon.</returns>
    private double[][] Errors(Func<int, Tensor> predicted) =>
        [.. Enumerable.Range(1, settings.Horizons).Select(h => Numbers((predicted(h).to(float64) - future.select(2, h - 1)).Square().mean([1, 2])))];

    /// <summary>What predictions without training reach, so that a trial can be seen beside them.</summary>
    private void Baselines()
    {
        for (var h = 1; h <= settings.Horizons; h++)
        {
            var (copy, linear) = (repeated[h - 1], ridge[h - 1]);
            readings[PredictionMetrics.At(PredictionMetrics.ErrorOfRepeat, h)] = Each(k => copy[k] / variance[k]);
            if (extrapolated.Length > 0) readings[PredictionMetrics.At(PredictionMetrics.SkillOfLine, h)] = Over(extrapolated[h - 1], copy);
            readings[PredictionMetrics.At(PredictionMetrics.SkillOfRidge, h)] = Over(linear, copy);
        }
    }

    /// <summary>What of position and velocity the embeddings hold.</summary>
    private void Read(Readout position)
    {
        (readings[PredictionMetrics.TruePositionR2], readings[PredictionMetrics.TruePositionRmse]) =
            Readout.Quality(position.Of(video.Test), windows.TestPositions!);
        var (seconds, heldSeconds) = (windows.TrainSeconds, windows.TestSeconds);
        using (var one = new Readout(video.Train.index_select(1, seconds), windows.TrainVelocities!))
            readings[PredictionMetrics.VelocityR2One] = Readout.Quality(one.Of(video.Test.index_select(1, heldSeconds)), windows.TestVelocities!).R2;
        using (var two = new Readout(Pairs(video.Train, seconds), windows.TrainVelocities!))
            readings[PredictionMetrics.VelocityR2Two] = Readout.Quality(two.Of(Pairs(video.Test, heldSeconds)), windows.TestVelocities!).R2;

        static Tensor Pairs(Tensor frames, Tensor seconds) => cat([frames.index_select(1, seconds.Sub(1)), frames.index_select(1, seconds)], 2);
    }

    /// <summary>The share of predictions whose own target is nearer than that of every other window.</summary>
    private static double[] Retrieved(Tensor predicted, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var count = predicted.shape[1];
        var squares = targets.Square().sum(2).unsqueeze(1);                                                       // [K, 1, w]
        var found = zeros(predicted.shape[0], float64, predicted.device);
        for (var first = 0L; first < count; first += WindowsAtOnce)
        {
            using var piece = NewDisposeScope();
            var some = predicted.narrow(1, first, Math.Min(WindowsAtOnce, count - first));
            var nearest = (squares - bmm(some, targets.transpose(1, 2)).Mul(2)).argmin(2);                        // [K, piece]; the prediction's own square is in all
            found.Add_(nearest.eq(TensorArithmetic.Arange(some.shape[1], device: some.device).Add(first)).to(float64).sum(1));
        }

        return Numbers(found.Div(count));
    }

    /// <summary>Errors where what comes cannot come: the dot is somewhere else, or turns back, over the error where it comes.</summary>
    private void Surprises(Tensor predicted, double[] normal, Dictionary<string, double[]> columns)
    {
        // A window of another sequence, at the same time.
        Record(PredictionMetrics.SurpriseTeleport, future.select(2, 0).roll([windows.PerSequence], [1]));

        // Where nothing but the direction changes, the next frame is the one before the last.
        if (settings.History > 1) Record(PredictionMetrics.SurpriseFlip, history.select(2, settings.History - 2));

        void Record(string metric, Tensor comes)
        {
            var surprised = Numbers((predicted - comes).Square().mean([1, 2]));
            columns[metric] = [.. surprised.Zip(normal).Select(e => e.First / e.Second)];
        }
    }

    private static double[] Over(double[] error, double[] other) => [.. error.Zip(other).Select(e => 1 - (e.First / e.Second))];

    private double[] Each(Func<int, double> value) => [.. Enumerable.Range(0, variance.Length).Select(value)];

    private static double[] Numbers(Tensor perTrial) => perTrial.to(float64).cpu().data<double>().ToArray();
}
