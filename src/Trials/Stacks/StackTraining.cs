using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Weights;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>Trains one stack from its start or its checkpoint to the end.</summary>
public sealed class StackTraining : IDisposable
{
    private readonly StackData data;
    private readonly StackSettings settings;
    private readonly StackEvaluation evaluation;
    private readonly ITrainingBatches batches;
    private readonly ITrialSink sink;
    private readonly HashSet<Trial> unfinished;
    private readonly Watch watch;
    private readonly Watch stage;
    private readonly long totalSteps;
    private Stack stack;
    private double secondsBefore;

    private StackTraining(StackWork work, StackData data, ITrialSink sink, Device device, TimeProvider time)
    {
        (watch, stage) = (new Watch(time), new Watch(time));
        var first = work.Trials[0].Settings;
        this.data = data;
        this.sink = sink;
        settings = StackSettings.From(first);
        evaluation = StackEvaluation.Of(first, data);
        batches = data.Batches(settings.BatchSize);
        totalSteps = (long)batches.StepsPerEpoch * settings.Epochs;
        unfinished = [.. work.Trials];
        stack = new Stack(work.Trials, totalSteps, device);
        if (work.Checkpoint is not null)
        {
            Load(work.Checkpoint);
        }
    }

    /// <inheritdoc cref="ITrialRunner.Run"/>
    public static void Run(StackWork work, StackData data, ITrialSink sink, Device device, TimeProvider time, CancellationToken cancel)
    {
        using var training = new StackTraining(work, data, sink, device, time);
        training.Run(cancel);
    }

    public void Dispose()
    {
        stack.Dispose();
        batches.Dispose();
    }

    private void Run(CancellationToken cancel)
    {
        if (stack.StepsDone == 0)
        {
            RecordEmbeddings(0, of: unfinished);
        }

        var firstEpoch = (int)(stack.StepsDone / batches.StepsPerEpoch);
        for (var epoch = firstEpoch; epoch < settings.Epochs && unfinished.Count > 0; epoch++)
        {
            Epoch(epoch, cancel);
            if (unfinished.Count > 0 && epoch + 1 < settings.Epochs)
            {
                var survivors = sink.Survivors(epoch + 1, stack.StepsDone, SecondsEach);
                RecordEmbeddings(epoch + 1, of: unfinished.Except(survivors));
                unfinished.IntersectWith(survivors);
                DropEnded();
            }
        }

        foreach (var trial in unfinished)
        {
            sink.Artifact(trial, TrialVocabulary.Weights, stream => TrainedModel.Write(stream, stack, trial, data.Scale));
            sink.Finish(trial, new Outcome(TrialState.Completed, null, null, settings.Epochs, stack.StepsDone, SecondsEach));
        }
    }

    /// <summary>Goes on from a checkpoint. One that is whole but does not fit, as from another version, is the engine's to replace.</summary>
    private void Load(Checkpoint checkpoint)
    {
        try
        {
            stack.Load(checkpoint.Path);
        }
        catch (SweepException error)
        {
            stack.Dispose();
            throw new UnusableCheckpointException(error.Message, error);
        }

        secondsBefore = checkpoint.Seconds;
    }

    /// <summary>Frees what the stack holds of trials that have ended, so that a step costs what the others cost.</summary>
    private void DropEnded()
    {
        if (unfinished.Count > 0 && unfinished.Count < stack.Trials.Count)
        {
            secondsBefore = SecondsEach;
            watch.Restart();
            stack = stack.Keep(unfinished);
        }
    }

    /// <summary>A trial's share of the wall time, which those shared that were in the stack at the time.</summary>
    private double SecondsEach => secondsBefore + (watch.Elapsed.TotalSeconds / stack.Trials.Count);

    private void Epoch(int epoch, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var perEpoch = batches.StepsPerEpoch;
        for (var step = (int)(stack.StepsDone % perEpoch); step < perEpoch && unfinished.Count > 0; step++)
        {
            if (cancel.IsCancellationRequested || sink.CheckpointDue)
            {
                Spent("training");
                sink.Checkpoint(stack.StepsDone, SecondsEach, stack.Save);
                cancel.ThrowIfCancellationRequested();
            }

            using (NewDisposeScope())
            {
                stack.Step(batches.Of(stack.Seeds, epoch, step)); // [2B, F] each
            }

            sink.Progress(new Progress("training", stack.StepsDone * stack.Trials.Count, totalSteps * stack.Trials.Count, "trial-steps"));
            if (stack.BatchesInWindow >= settings.BatchesEach(totalSteps) || stack.StepsDone == totalSteps)
            {
                RecordLosses(epoch + 1);
            }
        }

        Spent("training");
        if (unfinished.Count > 0 && ((epoch + 1) % settings.EvaluateEveryEpochs == 0 || epoch + 1 == settings.Epochs))
        {
            RecordPanels(epoch + 1);
        }

        if (unfinished.Count > 0 && epoch + 1 == settings.Epochs)
        {
            RecordEmbeddings(epoch + 1, of: unfinished);
        }

        Spent("evaluation");
    }

    /// <summary>Books the time since the last call.</summary>
    private void Spent(string on)
    {
        sink.Spent(on, stage.Elapsed);
        stage.Restart();
    }

    private void RecordEmbeddings(int epoch, IEnumerable<Trial> of)
    {
        var trials = of.ToHashSet();
        if (trials.Count == 0)
            return;
        foreach (var (trial, row) in KeptEmbeddings.Of(stack, data, epoch).Where(t => trials.Contains(t.Trial)))
        {
            sink.Vectors(trial, row);
        }
    }

    private void RecordPanels(int epoch)
    {
        foreach (var (trial, panels) in stack.Trials.Zip(evaluation.Panels(stack, epoch)).Where(t => unfinished.Contains(t.First)))
        {
            sink.Panel(trial, panels.Embedding);
            sink.Panel(trial, panels.Representation);
        }
    }

    /// <summary>Records a row of every trial; a trial whose loss is not finite any more has diverged, and ends here.</summary>
    private void RecordLosses(int epoch)
    {
        foreach (var ((trial, row), divergence) in stack.Trials.Zip(stack.TakeLosses(epoch)).Zip(stack.Divergences())
            .Where(t => unfinished.Contains(t.First.First)))
        {
            sink.Loss(trial, row);
            if (divergence is not null)
            {
                var reason = $"the {divergence.Term} was not finite in step {divergence.Step}";
                sink.Finish(trial, new Outcome(TrialState.Failed, "diverged", reason, epoch - 1, row.Step, SecondsEach));
                unfinished.Remove(trial);
            }
        }
    }
}
