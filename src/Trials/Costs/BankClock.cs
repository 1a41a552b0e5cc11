using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Backbone;

namespace VicRegSweeps.Trials.Costs;

/// <summary>Takes the time of building a feature bank from the progress that is reported.</summary>
/// <param name="inner">What the progress is handed on to.</param>
/// <param name="time">The clock.</param>
internal sealed class BankClock(Action<Progress> inner, TimeProvider time)
{
    /// <summary>What comes in larger pieces was read from the cache and not computed: a whole part of a bank at once.</summary>
    private const long LargestBatch = DirectVgg16.LargestBatch;

    private Watch? watch; // From the first batch on.
    private long firstDone;
    private long lastDone;
    private double lastAt;

    public void Report(Progress progress)
    {
        // The first batch is not counted: it pays for what comes only once.
        if (watch is null || progress.Done - lastDone > LargestBatch)
        {
            firstDone = progress.Done;
            watch = new Watch(time);
        }

        (lastDone, lastAt) = (progress.Done, watch.Elapsed.TotalSeconds);
        inner(progress);
    }

    /// <returns>Null when too little was built to tell.</returns>
    public BankPace? Pace(string precision, string device, bool calibration) => lastDone == firstDone || lastAt < 0.2
        ? null
        : new BankPace(PaceFile.Machine(device), time.GetUtcNow(), calibration, precision, (lastDone - firstDone) / lastAt);
}
