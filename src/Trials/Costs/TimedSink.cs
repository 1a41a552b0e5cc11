using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Costs;

/// <summary>Takes the time of a stack's steps and evaluations on their way to the sink that records them.</summary>
internal sealed class TimedSink(ITrialSink inner, TimeProvider time) : ITrialSink
{
    private readonly Watch watch = new(time);
    private double lastStep;
    private long events;
    private long works; // trial-steps of the whole training, summed over the steps that were taken
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

    public void Input(TrialInput input) => inner.Input(input);

    public void Baseline(string name, PanelRow row) => inner.Baseline(name, row);

    public void Finish(Trial trial, Outcome outcome) => inner.Finish(trial, outcome);

    public void Vectors(Trial trial, VectorRow row) => inner.Vectors(trial, row);

    public void Artifact(Trial trial, string name, Action<Stream> write) => inner.Artifact(trial, name, write);

    public void Spent(string stage, TimeSpan time) => inner.Spent(stage, time);

    public IReadOnlyList<Trial> Survivors(int epoch, long step, double seconds) => inner.Survivors(epoch, step, seconds);

    public void Checkpoint(long step, double seconds, Action<Stream> write) => inner.Checkpoint(step, seconds, write);

    public void Progress(Progress progress)
    {
        // The first step is not counted: it pays for what comes only once. The total shrinks as trials end early.
        if (events++ == 0)
            watch.Restart();
        else
            works += progress.Total;
        (lastStep, justStepped) = (watch.Elapsed.TotalSeconds, true);
        inner.Progress(progress);
    }

    /// <returns>Null when too little was done to tell, or when a frozen backbone took part in every step.</returns>
    public StackPace? Pace(IReadOnlyList<Trial> trials, string device, bool calibration)
    {
        var cost = TrialCost.Of(trials[0].Settings);
        var trialSteps = works / (double)cost.Steps;
        var stepping = lastStep - evaluating;
        var hasEncoder = TrialInputs.IsTrained(trials[0].Settings);
        if (trialSteps == 0 || stepping < 0.2 || (TrialInputs.IsStream(trials[0].Settings) && !hasEncoder))
            return null;
        return new StackPace(
            PaceFile.Machine(device),
            time.GetUtcNow(),
            calibration,
            trials.Count,
            trialSteps * cost.StepMultiplyAdds / stepping,
            evaluating > 0.01 ? panels / 2 * cost.EvaluationMultiplyAdds / evaluating : null,
            hasEncoder);
    }
}
