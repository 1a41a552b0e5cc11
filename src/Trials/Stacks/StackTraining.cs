using System.Diagnostics;
using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>Trains one stack from its start or its checkpoint to the end.</summary>
public sealed class StackTraining : IDisposable
{
    private readonly StackData data;
    private readonly StackSettings settings;
    private readonly StackEvaluation evaluation;
    private readonly BatchSampler sampler;
    private readonly ShardedStack stack;
    private readonly ITrialSink sink;
    private readonly Device device;
    private readonly HashSet<Trial> unfinished;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly Stopwatch stage = Stopwatch.StartNew();
    private readonly long totalSteps;

    private StackTraining(StackWork work, StackData data, ITrialSink sink, Device device)
    {
        var first = work.Trials[0].Settings;
        this.data = data;
        this.sink = sink;
        this.device = device;
        settings = StackSettings.From(first);
        evaluation = StackEvaluation.Of(first, data);
        sampler = new BatchSampler(data.Images, data.Views, settings.BatchSize);
        totalSteps = (long)sampler.StepsPerEpoch * settings.Epochs;
        unfinished = [.. work.Trials];
        stack = new ShardedStack(work.Trials, totalSteps, device, Environment.ProcessorCount);
        if (work.Checkpoint is not null)
        {
            stack.Load(work.Checkpoint.Path);
        }
    }

    /// <inheritdoc cref="ITrialRunner.Run"/>
    public static void Run(StackWork work, StackData data, ITrialSink sink, Device device, CancellationToken cancel)
    {
        using var training = new StackTraining(work, data, sink, device);
        training.Run(cancel);
    }

    public void Dispose() => stack.Dispose();

    private void Run(CancellationToken cancel)
    {
        if (stack.StepsDone == 0)
        {
            RecordEmbeddings(0);
        }

        var firstEpoch = (int)(stack.StepsDone / sampler.StepsPerEpoch);
        for (var epoch = firstEpoch; epoch < settings.Epochs && unfinished.Count > 0; epoch++)
        {
            Epoch(epoch, cancel);
        }

        foreach (var trial in unfinished)
        {
            sink.Finish(trial, new Outcome(TrialState.Completed, null, null, settings.Epochs, stack.StepsDone, SecondsEach));
        }
    }

    private double SecondsEach => watch.Elapsed.TotalSeconds / stack.Trials.Count;

    private void Epoch(int epoch, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var perEpoch = sampler.StepsPerEpoch;
        var rows = stack.Seeds
            .ToDictionary(seed => seed, seed => tensor(sampler.Rows(seed, epoch)).view(perEpoch, -1).to(device)); // [steps, 2B]

        for (var step = (int)(stack.StepsDone % perEpoch); step < perEpoch && unfinished.Count > 0; step++)
        {
            if (cancel.IsCancellationRequested || sink.CheckpointDue)
            {
                Spent("training");
                sink.Checkpoint(stack.StepsDone, stack.Save);
                cancel.ThrowIfCancellationRequested();
            }

            var current = step;
            stack.Step(seed => data.TrainViews.index_select(0, rows[seed][current])); // [2B, 512]
            sink.Progress(new Progress("training", stack.StepsDone * stack.Trials.Count, totalSteps * stack.Trials.Count, "trial-steps"));
            if (stack.BatchesInWindow == settings.LogEveryBatches || stack.StepsDone == totalSteps)
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
            RecordEmbeddings(epoch + 1);
        }

        Spent("evaluation");
    }

    /// <summary>Books the time since the last call.</summary>
    private void Spent(string on)
    {
        sink.Spent(on, stage.Elapsed);
        stage.Restart();
    }

    private void RecordEmbeddings(int epoch)
    {
        foreach (var (trial, row) in stack.Map(shard => KeptEmbeddings.Of(shard, data, epoch)).Where(t => unfinished.Contains(t.Trial)))
        {
            sink.Embedding(trial, row);
        }
    }

    private void RecordPanels(int epoch)
    {
        foreach (var (trial, panels) in stack.Trials.Zip(stack.Map(shard => evaluation.Panels(shard, epoch))).Where(t => unfinished.Contains(t.First)))
        {
            sink.Panel(trial, panels.Embedding);
            sink.Panel(trial, panels.Representation);
        }
    }

    /// <summary>Records a row of every trial; a trial whose total is not finite any more has diverged, and ends here.</summary>
    private void RecordLosses(int epoch)
    {
        foreach (var (trial, row) in stack.Trials.Zip(stack.TakeLosses(epoch)).Where(t => unfinished.Contains(t.First)))
        {
            sink.Loss(trial, row);
            if (row.Total is null)
            {
                var reason = $"the loss was not finite within the {row.Batches} steps up to step {row.Step}";
                sink.Finish(trial, new Outcome(TrialState.Failed, "diverged", reason, epoch - 1, row.Step, SecondsEach));
                unfinished.Remove(trial);
            }
        }
    }
}
