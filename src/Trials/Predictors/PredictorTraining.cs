using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Weights;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>
/// Trains the predictors of one stack, each on its own finished embedding or together with it, from their start or their checkpoint to the end.
/// </summary>
internal sealed class PredictorTraining : IDisposable
{
    /// <summary>Held-out sequences whose paths are kept for people to look at.</summary>
    private const int MostPaths = 6;

    private readonly StackData data;
    private readonly PredictorSettings settings;
    private readonly StackSettings logging;
    private readonly ITrialSink sink;
    private readonly Watch watch;
    private readonly Watch stage;
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> stages;
    private readonly HashSet<Trial> unfinished;
    private readonly StackEvaluation evaluation;
    private readonly VideoWindows windows;
    private readonly Tensor offsets; // 0, 1, … V − 1: a window's frames from its first
    private PredictorStack stack;
    private List<Piece> pieces;
    private double secondsBefore;

    private PredictorTraining(StackWork work, StackData data, ITrialSink sink, Device device, TimeProvider time)
    {
        (this.data, this.sink, watch, stage, stages) = (data, sink, new Watch(time), new Watch(time), work.Stages);
        var first = work.Trials[0].Settings;
        (settings, logging) = (PredictorSettings.From(first), StackSettings.From(first));
        unfinished = [.. work.Trials];
        evaluation = StackEvaluation.Of(first, data);
        stack = new PredictorStack(work.Trials, device);
        if (work.Checkpoint is { } checkpoint) Load(checkpoint);

        offsets = TensorArithmetic.Arange(stack.WindowFrames, device: device).DetachFromDisposeScope();
        windows = new VideoWindows(first, data.TrainFrames!.shape[0], data.TestFrames!.shape[0], device);
        pieces = [.. Enumerable.Range(0, stack.Pieces).Select(place => stack.TrialsOf(place)).Select(p => new Piece([.. stack.Trials.Skip(p.First).Take(p.Count)]))];
        if (!settings.IsJoint) EmbedOnce(device);
    }

    private int StepsPerEpoch => Sequences * settings.Windows / settings.BatchSize;

    private int Sequences => (int)data.TrainFrames!.shape[0] / settings.Frames;

    private long TotalSteps => (long)StepsPerEpoch * settings.Epochs;

    /// <inheritdoc cref="ITrialRunner.Run"/>
    public static void Run(StackWork work, StackData data, ITrialSink sink, Device device, TimeProvider time, CancellationToken cancel)
    {
        using var training = new PredictorTraining(work, data, sink, device, time);
        training.Run(cancel);
    }

    public void Dispose()
    {
        stack.Dispose();
        offsets.Dispose();
        windows.Dispose();
        foreach (var piece in pieces) piece.Dispose();
    }

    private void Run(CancellationToken cancel)
    {
        for (var epoch = (int)(stack.StepsDone / StepsPerEpoch); epoch < settings.Epochs && unfinished.Count > 0; epoch++)
        {
            Epoch(epoch, cancel);
            if (unfinished.Count == 0 || epoch + 1 == settings.Epochs) break;

            var survivors = sink.Survivors(epoch + 1, stack.StepsDone, SecondsEach);
            RecordVectors(epoch + 1, of: unfinished.Except(survivors));
            unfinished.IntersectWith(survivors);
            DropEnded();
        }

        foreach (var trial in unfinished)
        {
            sink.Artifact(trial, TrialVocabulary.Predictor, stream => Write(stream, trial));
            sink.Finish(trial, new Outcome(TrialState.Completed, null, null, settings.Epochs, stack.StepsDone, SecondsEach));
        }
    }

    private void Epoch(int epoch, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var order = stack.Seeds.ToDictionary(seed => seed, seed => WindowsOf(seed, epoch));
        var through = settings.IsJoint ? [] : pieces.Select(piece => ThroughTrials(piece, order)).ToList();
        for (var step = (int)(stack.StepsDone % StepsPerEpoch); step < StepsPerEpoch && unfinished.Count > 0; step++)
        {
            if (cancel.IsCancellationRequested || sink.CheckpointDue)
            {
                Spent("training");
                sink.Checkpoint(stack.StepsDone, SecondsEach, stream => StackCheckpoint.Write(stream, stack));
                cancel.ThrowIfCancellationRequested();
            }

            using (NewDisposeScope())
            {
                if (settings.IsJoint) stack.Step([.. stack.Seeds.Select(seed => FramesOf(Batch(order[seed], step)))]);
                else stack.Step(place => EmbeddedVideo.Windows(pieces[place].Video!.Train, Batch(through[place], step).unsqueeze(2).Add(offsets)));
            }

            sink.Progress(new Progress("predictor", stack.StepsDone * stack.Trials.Count, TotalSteps * stack.Trials.Count, "trial-steps"));
            if (stack.BatchesInWindow >= logging.BatchesEach(TotalSteps) || stack.StepsDone == TotalSteps) RecordLosses(epoch + 1);
        }

        Spent("training");
        if (unfinished.Count > 0 && ((epoch + 1) % logging.EvaluateEveryEpochs == 0 || epoch + 1 == settings.Epochs)) RecordPanels(epoch + 1);
        if (unfinished.Count > 0 && epoch + 1 == settings.Epochs) RecordVectors(epoch + 1, of: unfinished);
        Spent("evaluation");
    }

    /// <summary>The order in which an epoch sees the windows of all sequences, by their first frames; the last incomplete batch is dropped.</summary>
    private Tensor WindowsOf(long seed, int epoch)
    {
        var order = new RandomStream(seed, $"predictor/order/{epoch}").Permutation(Sequences * settings.Windows);
        return tensor([.. order.Select(window => (window / settings.Windows * (long)settings.Frames) + (window % settings.Windows))],
            device: data.Reference.device);
    }

    /// <summary>The order of each trial, its frames counted through all trials of the piece; trials of one seed see the same windows.</summary>
    private Tensor ThroughTrials(Piece piece, Dictionary<long, Tensor> order)
    {
        var before = TensorArithmetic.Arange(piece.Trials.Length, device: offsets.device).Mul(data.TrainFrames!.shape[0]);
        return TorchSharp.torch.stack(piece.Trials.Select(t => order[t.Seed]), 0).Add(before.unsqueeze(1));
    }

    /// <summary>What a step takes of an order, [B] or [k, B].</summary>
    private Tensor Batch(Tensor order, int step) => order.narrow(-1, (long)step * settings.BatchSize, settings.BatchSize);

    /// <returns>The features of windows, the first frames of all, then the second, …, [V · B, F].</returns>
    private Tensor FramesOf(Tensor firsts) => data.TrainFrames!.index_select(0, offsets.unsqueeze(1).Add(firsts).flatten());

    private void Load(Checkpoint checkpoint)
    {
        try
        {
            StackCheckpoint.Read(checkpoint.Path, stack);
        }
        catch (SweepException error)
        {
            stack.Dispose();
            throw new UnusableCheckpointException(error.Message, error);
        }

        secondsBefore = checkpoint.Seconds;
    }

    /// <summary>Embeds all frames and looks at the embeddings: those that are finished do not move, so once is enough.</summary>
    private void EmbedOnce(Device device) => Cores.Share(pieces.Count, Environment.ProcessorCount, (_, place) =>
    {
        var piece = pieces[place];
        var models = new List<TrainedModel>();
        try
        {
            foreach (var trial in piece.Trials) models.Add(TrainedModel.Read(EmbeddingOf(trial), trial.Settings, device));
            piece.Look(windows, EmbeddedVideo.Of(features => TorchSharp.torch.stack(models.Select(m => m.ApplyStandardized(features).Embedding), 0), data), TotalSteps);
            piece.Panels = evaluation.PanelsOf(piece.Trials, TotalSteps, settings.Epochs, features =>
            {
                var each = models.Select(m => m.ApplyStandardized(features)).ToList();
                return (TorchSharp.torch.stack(each.Select(e => e.Embedding), 0), TorchSharp.torch.stack(each.Select(e => e.Representation), 0));
            });
        }
        finally
        {
            foreach (var model in models) model.Dispose();
        }
    });

    /// <summary>The same of embeddings that are trained along, which are others at every evaluation.</summary>
    private void EmbedAgain(int place, int epoch)
    {
        var piece = pieces[place];
        piece.Look(windows, EmbeddedVideo.Of(features => stack.Embed(place, features), data), stack.StepsDone);
        piece.Panels = evaluation.PanelsOf(piece.Trials, stack.StepsDone, epoch, features => stack.Embed(place, features) is var z ? (z, z) : default);
    }

    /// <summary>What a piece's predictors predict of centred and scaled embeddings.</summary>
    private Func<Tensor, int, Tensor> PredictOf(int place) =>
        settings.IsJoint ? pieces[place].Video!.Scaled((seen, steps) => stack.Predict(place, seen, steps)) : (seen, steps) => stack.Predict(place, seen, steps);

    /// <summary>Frees what the stack holds of trials that have ended, where it holds each by itself.</summary>
    private void DropEnded()
    {
        if (unfinished.Count == 0 || unfinished.Count == stack.Trials.Count || pieces.Count < stack.Trials.Count) return;

        secondsBefore = SecondsEach;
        watch.Restart();
        stack = stack.Keep(unfinished);
        foreach (var piece in pieces.Where(p => !unfinished.Contains(p.Trials[0]))) piece.Dispose();
        pieces = [.. pieces.Where(p => unfinished.Contains(p.Trials[0]))];
    }

    private double SecondsEach => secondsBefore + (watch.Elapsed.TotalSeconds / stack.Trials.Count);

    private void Spent(string on)
    {
        sink.Spent(on, stage.Elapsed);
        stage.Restart();
    }

    private void RecordLosses(int epoch)
    {
        foreach (var ((trial, row), divergence) in stack.Trials.Zip(stack.TakeLosses(epoch)).Zip(stack.Divergences())
            .Where(t => unfinished.Contains(t.First.First)))
        {
            sink.Loss(trial, row);
            if (divergence is null) continue;

            sink.Finish(trial, new Outcome(TrialState.Failed, FailureClasses.Diverged, $"the prediction was not finite in step {divergence}", epoch - 1,
                stack.StepsDone, SecondsEach));
            unfinished.Remove(trial);
        }
    }

    private void RecordPanels(int epoch)
    {
        var metrics = new IReadOnlyList<IReadOnlyList<KeyValuePair<string, double?>>>[pieces.Count];
        Cores.Share(pieces.Count, Environment.ProcessorCount, (_, place) =>
        {
            if (settings.IsJoint) EmbedAgain(place, epoch);
            metrics[place] = pieces[place].Evaluation!.Metrics(PredictOf(place), [.. pieces[place].Panels.Select(p => Judged(p).Verdict == Verdict.Complete)]);
        });
        foreach (var (trial, ((embedding, representation), row)) in stack.Trials.Zip(pieces.SelectMany(p => p.Panels).Zip(metrics.SelectMany(m => m)))
            .Where(t => unfinished.Contains(t.First)))
        {
            if (settings.IsJoint || epoch == settings.Epochs)
            {
                sink.Panel(trial, embedding);
                sink.Panel(trial, representation);
            }

            var judged = Judged((embedding, representation));
            sink.Panel(trial, new PanelRow(
                epoch, stack.StepsDone, TrialVocabulary.Prediction, row, [], judged.Verdict, $"of the embedding that is predicted: {judged.Evidence}"));
        }

        // An embedding that is trained along is where the variance term aims at γ, as otherwise the representation is: γ is its yardstick too.
        PanelRow Judged((PanelRow Embedding, PanelRow Representation) panels) => settings.IsJoint ? panels.Representation : panels.Embedding;
    }

    /// <summary>Hands over paths, and of embeddings that were trained along their vectors, for people to look at.</summary>
    private void RecordVectors(int epoch, IEnumerable<Trial> of)
    {
        var trials = of.ToHashSet();
        foreach (var (place, piece) in pieces.Index().Where(p => p.Item.Trials.Any(trials.Contains)))
        {
            var most = Math.Min(MostPaths, piece.Trials.Max(KeptEmbeddings.CountOf));
            if (most == 0) continue;

            if (settings.IsJoint)
            {
                if (piece.LookedAt != stack.StepsDone) EmbedAgain(place, epoch);
                foreach (var (trial, row) in KeptEmbeddings.Of(piece.Trials, data, epoch, stack.StepsDone, features => stack.Embed(place, features))
                    .Where(t => trials.Contains(t.Trial)))
                    sink.Vectors(trial, row);
            }

            if (piece.Evaluation!.Paths(PredictOf(place), most) is not { } paths) continue;

            foreach (var (trial, values) in piece.Trials.Zip(paths).Where(t => trials.Contains(t.First)))
            {
                var rows = settings.Horizons + 1;
                var dimension = 2 * (int)windows.TestPositions!.shape[1];
                var sequences = Math.Min(values.Length / dimension / rows, KeptEmbeddings.CountOf(trial));
                if (sequences == 0) continue;

                sink.Vectors(trial, new VectorRow(
                    epoch, stack.StepsDone, TrialVocabulary.Prediction, $"{data.Bank}/paths/{settings.History}",
                    [.. Enumerable.Range(0, sequences * rows).Select(i => i / rows)], dimension, values[..(sequences * rows * dimension)],
                    KeptEmbeddings.OfEverySeed(trial)));
            }
        }
    }

    private static bool IsOfPredictor(string tensor) => tensor.StartsWith(PredictorSettings.Prefix, StringComparison.Ordinal);

    /// <summary>Writes predictor and embedding, which the trial of the embedding may keep no longer than it is waited for.</summary>
    private void Write(Stream stream, Trial trial)
    {
        using var scope = NewDisposeScope();
        var learnt = stack.TensorsOf(trial).ToLookup(t => IsOfPredictor(t.Key));
        if (stack.Head is { } head)
        {
            // One that was trained with its embedding takes it as it is.
            var embedding = TrainedModel.Tensors(head, learnt[false], stack.WindowFrames * stack.StepsDone, data.Scale);
            TrainedPredictor.Write(stream, trial, embedding, learnt[true], zeros(settings.EmbeddingDim), ones(1));
            return;
        }

        var piece = pieces.First(p => p.Trials.Contains(trial));
        var place = Array.IndexOf(piece.Trials, trial);
        TrainedPredictor.Write(
            stream, trial, Safetensors.Read(EmbeddingOf(trial)).Tensors, learnt[true], piece.Video!.Centre[place].flatten(), piece.Video.Scale[place].flatten());
    }

    /// <summary>The file with the weights of a trial's finished embedding.</summary>
    private string EmbeddingOf(Trial trial) => stages[trial.Id][TrialVocabulary.Weights];

    /// <summary>Trials that are looked at together.</summary>
    private sealed class Piece(Trial[] trials) : IDisposable
    {
        public Trial[] Trials { get; } = trials;

        /// <summary>Null before the first look.</summary>
        public EmbeddedVideo? Video { get; private set; }

        /// <summary>Null before the first look.</summary>
        public PredictorEvaluation? Evaluation { get; private set; }

        /// <summary>Of each trial's embedding and representation at the last look.</summary>
        public IReadOnlyList<(PanelRow Embedding, PanelRow Representation)> Panels { get; set; } = [];

        /// <summary>After how many steps; null before the first look.</summary>
        public long? LookedAt { get; private set; }

        /// <param name="video">Taken over, in the place of what was looked at before.</param>
        /// <param name="step">Steps done.</param>
        public void Look(VideoWindows windows, EmbeddedVideo video, long step)
        {
            Dispose();
            (Video, Evaluation, LookedAt) = (video, new PredictorEvaluation(windows, video), step);
        }

        public void Dispose()
        {
            Evaluation?.Dispose();
            Video?.Dispose();
            (Video, Evaluation) = (null, null);
        }
    }
}
