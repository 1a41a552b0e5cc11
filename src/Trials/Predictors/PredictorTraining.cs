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
    private EmbeddedVideo video;
    private PredictorEvaluation evaluation;
    private double secondsBefore;

    private PredictorTraining(StackWork work, StackData data, ITrialSink sink, Device device, TimeProvider time)
    {
        (this.data, this.sink, watch, stage) = (data, sink, new Watch(time), new Watch(time));
        var first = work.Trials[0].Settings;
        (settings, logging) = (PredictorSettings.From(first), StackSettings.From(first));
        unfinished = [.. work.Trials];
        stack = new PredictorStack(work.Trials, device);
        if (work.Checkpoint is { } checkpoint) Load(checkpoint);

        var models = new List<TrainedModel>();
        try
        {
            foreach (var trial in stack.Trials) models.Add(TrainedModel.Read(work.Stages[trial.Id][TrialVocabulary.Weights], trial.Settings, device));
            video = EmbeddedVideo.Of(models, data);
            panels = PanelsOf(models);
        }
        finally
        {
            foreach (var model in models) model.Dispose();
        }

        evaluation = new PredictorEvaluation(first, video);
    }

    private int StepsPerEpoch => Sequences * settings.Windows / settings.BatchSize;

    private int Sequences => (int)video.Train.shape[1] / settings.Frames;

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
        video.Dispose();
        evaluation.Dispose();
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
        return tensor([.. order.Select(window => (window / settings.Windows * (long)settings.Frames) + (window % settings.Windows))], device: video.Train.device);
    }

    /// <returns>[K, B, H + K, E]; trials of one seed see the same windows.</returns>
    private Tensor Batch(Dictionary<long, Tensor> windows, int step)
    {
        var parts = new List<Tensor>();
        foreach (var seed in stack.Seeds)
        {
            var of = video.Train.narrow(0, stack.Trials.Index().First(t => t.Item.Seed == seed).Index, stack.Trials.Count(t => t.Seed == seed));
            parts.Add(EmbeddedVideo.Windows(of, windows[seed].narrow(0, (long)step * settings.BatchSize, settings.BatchSize), settings.History + settings.Rollout));
        }

        return parts.Count == 1 ? parts[0] : cat(parts, 0);
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

    /// <summary>What the embeddings are like that the predictors are built on: they do not move, so once is enough.</summary>
    private Dictionary<Trial, (PanelRow, PanelRow)> PanelsOf(IReadOnlyList<TrainedModel> models)
    {
        var outputs = StackEvaluation.Of(stack.Trials[0].Settings, data);
        var found = outputs.Panels(stack.Trials, TotalStepsOf(), settings.Epochs, (features, first, count) =>
        {
            var each = models.Skip(first).Take(count).Select(m => m.ApplyStandardized(features)).ToList();
            return (TorchSharp.torch.stack(each.Select(e => e.Embedding), 0), TorchSharp.torch.stack(each.Select(e => e.Representation), 0));
        });
        return stack.Trials.Zip(found).ToDictionary(t => t.First, t => t.Second);
    }

    private long TotalStepsOf() => (long)(data.TrainFrames!.shape[0] / settings.Frames * settings.Windows / settings.BatchSize) * settings.Epochs;

    private void DropEnded()
    {
        if (unfinished.Count == 0 || unfinished.Count == stack.Trials.Count) return;

        secondsBefore = SecondsEach;
        watch.Restart();
        var settingsOfTrials = stack.Trials[0].Settings;
        var places = stack.Trials.Index().Where(t => unfinished.Contains(t.Item)).Select(t => (long)t.Index).ToList();
        stack = stack.Keep(unfinished);
        evaluation.Dispose();
        video = video.Keep(places);
        evaluation = new PredictorEvaluation(settingsOfTrials, video);
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
        foreach (var ((trial, loss), divergence) in stack.Trials.Zip(stack.TakeLosses()).Zip(stack.Divergences()).Where(t => unfinished.Contains(t.First.First)))
        {
            sink.Loss(trial, new LossRow(epoch, step, batches, loss, null, null, null));
            if (divergence is null) continue;

            sink.Finish(trial, new Outcome(TrialState.Failed, FailureClasses.Diverged, $"the prediction was not finite in step {divergence}", epoch - 1, step, SecondsEach));
            unfinished.Remove(trial);
        }
    }

    private void RecordPanels(int epoch)
    {
        IReadOnlyList<bool> collapsed = [.. stack.Trials.Select(t => panels[t].Embedding.Verdict == Verdict.Complete)];
        foreach (var (trial, metrics) in stack.Trials.Zip(evaluation.Metrics(stack, collapsed)).Where(t => unfinished.Contains(t.First)))
        {
            var (embedding, representation) = panels[trial];
            if (epoch == settings.Epochs)
            {
                sink.Panel(trial, embedding);
                sink.Panel(trial, representation);
            }

            sink.Panel(trial, new PanelRow(
                epoch, stack.StepsDone, TrialVocabulary.Prediction, metrics, [], embedding.Verdict, $"of the embedding that is predicted: {embedding.Evidence}"));
        }
    }

    /// <summary>Weights under PyTorch's names, and how the embeddings were centred and scaled.</summary>
    private void Write(Stream stream, Trial trial)
    {
        using var scope = NewDisposeScope();
        var place = stack.Trials.Index().First(t => t.Item == trial).Index;
        var tensors = stack.TensorsOf(trial).ToDictionary(t => t.Key, t => t.Value.to(float32).cpu());
        (tensors["scale.centre"], tensors["scale.factor"]) = (video.Centre[place].flatten().cpu(), video.Scale[place].flatten().cpu());
        Safetensors.Write(stream, tensors, new Dictionary<string, string> { ["trial"] = trial.Id });
    }
}
