using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Weights;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>Trains the predictors of one stack, each on its own finished embedding, from their start or their checkpoint to the end.</summary>
internal sealed class PredictorTraining : IDisposable
{
    private readonly StackData data;
    private readonly PredictorSettings settings;
    private readonly StackSettings logging;
    private readonly ITrialSink sink;
    private readonly Watch watch;
    private readonly Watch stage;
    private readonly HashSet<Trial> unfinished;
    private readonly Dictionary<Trial, (PanelRow Embedding, PanelRow Representation)> panels;
    private PredictorStack stack;
    private List<(Trial[] Trials, EmbeddedVideo Video, PredictorEvaluation Evaluation)> pieces;
    private double secondsBefore;

    private PredictorTraining(StackWork work, StackData data, ITrialSink sink, Device device, TimeProvider time)
    {
        (this.data, this.sink, watch, stage) = (data, sink, new Watch(time), new Watch(time));
        var first = work.Trials[0].Settings;
        (settings, logging) = (PredictorSettings.From(first), StackSettings.From(first));
        unfinished = [.. work.Trials];
        stack = new PredictorStack(work.Trials, device);
        if (work.Checkpoint is { } checkpoint) Load(checkpoint);

        pieces = [];
        panels = [];
        Embed(work, device);
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
        foreach (var (_, video, evaluation) in pieces)
        {
            video.Dispose();
            evaluation.Dispose();
        }
    }

    private void Run(CancellationToken cancel)
    {
        for (var epoch = (int)(stack.StepsDone / StepsPerEpoch); epoch < settings.Epochs && unfinished.Count > 0; epoch++)
        {
            Epoch(epoch, cancel);
            if (unfinished.Count == 0 || epoch + 1 == settings.Epochs) break;

            unfinished.IntersectWith(sink.Survivors(epoch + 1, stack.StepsDone, SecondsEach));
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
        var windows = stack.Seeds.ToDictionary(seed => seed, seed => WindowsOf(seed, epoch));
        for (var step = (int)(stack.StepsDone % StepsPerEpoch); step < StepsPerEpoch && unfinished.Count > 0; step++)
        {
            if (cancel.IsCancellationRequested || sink.CheckpointDue)
            {
                Spent("training");
                sink.Checkpoint(stack.StepsDone, SecondsEach, stream => StackCheckpoint.Write(stream, stack));
                cancel.ThrowIfCancellationRequested();
            }

            using (NewDisposeScope()) stack.Step(Batch(windows, step));
            sink.Progress(new Progress("predictor", stack.StepsDone * stack.Trials.Count, TotalSteps * stack.Trials.Count, "trial-steps"));
            if (stack.BatchesInWindow >= logging.BatchesEach(TotalSteps) || stack.StepsDone == TotalSteps) RecordLosses(epoch + 1);
        }

        Spent("training");
        if (unfinished.Count > 0 && ((epoch + 1) % logging.EvaluateEveryEpochs == 0 || epoch + 1 == settings.Epochs)) RecordPanels(epoch + 1);
        Spent("evaluation");
    }

    /// <summary>The order in which an epoch sees the windows of all sequences, by their first frames; the last incomplete batch is dropped.</summary>
    private Tensor WindowsOf(long seed, int epoch)
    {
        var order = new RandomStream(seed, $"predictor/order/{epoch}").Permutation(Sequences * settings.Windows);
        return tensor([.. order.Select(window => (window / settings.Windows * (long)settings.Frames) + (window % settings.Windows))],
            device: data.Reference.device);
    }

    /// <returns>[K, B, H + K, E]; trials of one seed see the same windows.</returns>
    private Tensor Batch(Dictionary<long, Tensor> windows, int step)
    {
        var parts = from piece in pieces
                    from trial in piece.Trials.Index()
                    let firsts = windows[trial.Item.Seed].narrow(0, (long)step * settings.BatchSize, settings.BatchSize)
                    select EmbeddedVideo.Windows(piece.Video.Train.narrow(0, trial.Index, 1), firsts, settings.History + settings.Rollout);
        return cat([.. parts], 0);
    }

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

    /// <summary>Embeds all frames and looks at the embeddings: they do not move, so once is enough.</summary>
    private void Embed(StackWork work, Device device)
    {
        var of = stack.Trials[0].Settings;
        var found = new (Trial[] Trials, EmbeddedVideo Video, PredictorEvaluation Evaluation)[stack.Pieces];
        var looked = new IReadOnlyList<(PanelRow, PanelRow)>[stack.Pieces];
        Cores.Share(stack.Pieces, Environment.ProcessorCount, (_, place) =>
        {
            var (first, count) = stack.TrialsOf(place);
            var trials = stack.Trials.Skip(first).Take(count).ToArray();
            var models = new List<TrainedModel>();
            try
            {
                foreach (var trial in trials) models.Add(TrainedModel.Read(work.Stages[trial.Id][TrialVocabulary.Weights], trial.Settings, device));
                var video = EmbeddedVideo.Of(models, data);
                found[place] = (trials, video, new PredictorEvaluation(of, video));
                looked[place] = StackEvaluation.Of(of, data).PanelsOf(trials, TotalSteps, settings.Epochs, features =>
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
        pieces.AddRange(found);
        foreach (var (trial, panel) in stack.Trials.Zip(looked.SelectMany(p => p))) panels.Add(trial, panel);
    }

    /// <summary>Frees what the stack holds of trials that have ended, where it holds each by itself.</summary>
    private void DropEnded()
    {
        if (unfinished.Count == 0 || unfinished.Count == stack.Trials.Count || pieces.Count < stack.Trials.Count) return;

        secondsBefore = SecondsEach;
        watch.Restart();
        stack = stack.Keep(unfinished);
        foreach (var piece in pieces.Where(p => !unfinished.Contains(p.Trials[0])))
        {
            piece.Video.Dispose();
            piece.Evaluation.Dispose();
        }

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
        var (step, batches) = (stack.StepsDone, stack.BatchesInWindow);
        foreach (var ((trial, loss), divergence) in stack.Trials.Zip(stack.TakeLosses()).Zip(stack.Divergences())
            .Where(t => unfinished.Contains(t.First.First)))
        {
            sink.Loss(trial, new LossRow(epoch, step, batches, loss, null, null, null));
            if (divergence is null) continue;

            sink.Finish(trial, new Outcome(TrialState.Failed, FailureClasses.Diverged, $"the prediction was not finite in step {divergence}", epoch - 1,
                step, SecondsEach));
            unfinished.Remove(trial);
        }
    }

    private void RecordPanels(int epoch)
    {
        var metrics = new IReadOnlyList<IReadOnlyList<KeyValuePair<string, double?>>>[pieces.Count];
        Cores.Share(pieces.Count, Environment.ProcessorCount, (_, place) => metrics[place] = pieces[place].Evaluation.Metrics(
            stack, place, [.. pieces[place].Trials.Select(t => panels[t].Embedding.Verdict == Verdict.Complete)]));
        foreach (var (trial, row) in stack.Trials.Zip(metrics.SelectMany(m => m)).Where(t => unfinished.Contains(t.First)))
        {
            var (embedding, representation) = panels[trial];
            if (epoch == settings.Epochs)
            {
                sink.Panel(trial, embedding);
                sink.Panel(trial, representation);
            }

            sink.Panel(trial, new PanelRow(
                epoch, stack.StepsDone, TrialVocabulary.Prediction, row, [], embedding.Verdict, $"of the embedding that is predicted: {embedding.Evidence}"));
        }
    }

    /// <summary>Weights under PyTorch's names, and how the embeddings were centred and scaled.</summary>
    private void Write(Stream stream, Trial trial)
    {
        using var scope = NewDisposeScope();
        var (trials, video, _) = pieces.First(p => p.Trials.Contains(trial));
        var place = Array.IndexOf(trials, trial);
        var tensors = stack.TensorsOf(trial).ToDictionary(t => t.Key, t => t.Value.to(float32).cpu());
        (tensors["scale.centre"], tensors["scale.factor"]) = (video.Centre[place].flatten().cpu(), video.Scale[place].flatten().cpu());
        Safetensors.Write(stream, tensors, new Dictionary<string, string> { ["trial"] = trial.Id });
    }
}
