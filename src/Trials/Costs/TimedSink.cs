using System.Diagnostics;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials;

/// <summary>Takes the time of a stack's steps and evaluations on their way to the sink that records them.</summary>
internal sealed class TimedSink(ITrialSink inner) : ITrialSink
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private double lastStep;
    private long? firstDone;
    private long lastDone;
    private double evaluating;
    private int panels;
    private bool justStepped;

    public bool CheckpointDue => inner.CheckpointDue;

    public void Loss(Trial trial, LossRow row) => inner.Loss(trial, row);

    public void Panel(Trial trial, PanelRow row)
    {
        // A stack is evaluated as a whole, between its last step and its first panel.
        if (justStepped)
            evaluating += watch.Elapsed.TotalSeconds - lastStep;
        justStepped = false;
        panels++;
        inner.Panel(trial, row);
    }

    public void Baseline(string name, PanelRow row) => inner.Baseline(name, row);

    public void Finish(Trial trial, Outcome outcome) => inner.Finish(trial, outcome);

    public void Embedding(Trial trial, EmbeddingRow row) => inner.Embedding(trial, row);

    public void Spent(string stage, TimeSpan time) => inner.Spent(stage, time);

    public IReadOnlyList<Trial> Survivors(int epoch, long step, double seconds) => inner.Survivors(epoch, step, seconds);

    public void Checkpoint(long step, double seconds, Action<string> write) => inner.Checkpoint(step, seconds, write);

    public void Progress(Progress progress)
    {
        // The first step is not counted: it pays for what comes only once.
        if (firstDone is null)
        {
            firstDone = progress.Done;
            watch.Restart();
        }

        (lastStep, lastDone, justStepped) = (watch.Elapsed.TotalSeconds, progress.Done, true);
        inner.Progress(progress);
    }

    /// <returns>Null when too little was done to tell.</returns>
    public StackPace? Pace(IReadOnlyList<Trial> trials, string device, bool calibration)
    {
        var cost = TrialCost.Of(trials[0].Settings);
        var steps = lastDone - (firstDone ?? lastDone);
        var stepping = lastStep - evaluating;
        if (steps == 0 || stepping < 0.2)
            return null;
        return new StackPace(
            PaceFile.Machine(device),
            DateTimeOffset.UtcNow,
            calibration,
            trials.Count,
            steps * cost.StepMultiplyAdds / stepping,
            evaluating > 0.01 ? panels / 2 * cost.EvaluationMultiplyAdds / evaluating : null);
    }
}
