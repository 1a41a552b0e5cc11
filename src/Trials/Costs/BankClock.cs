using System.Diagnostics;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Backbone;

namespace VicRegSweeps.Trials.Costs;

/// <summary>Takes the time of building a feature bank from the progress that is reported.</summary>
internal sealed class BankClock(Action<Progress> inner)
{
    /// <summary>What comes in larger pieces was read from the cache and not computed: a whole part of a bank at once.</summary>
    private const long LargestBatch = DirectVgg16.LargestBatch;

    private readonly Stopwatch watch = new();
    private long firstDone;
    private long lastDone;
    private double lastAt;

    public void Report(Progress progress)
    {
        // The first batch is not counted: it pays for what comes only once.
        if (!watch.IsRunning || progress.Done - lastDone > LargestBatch)
        {
            firstDone = progress.Done;
            watch.Restart();
        }

        (lastDone, lastAt) = (progress.Done, watch.Elapsed.TotalSeconds);
        inner(progress);
    }

    /// <returns>Null when too little was built to tell.</returns>
    public BankPace? Pace(string precision, string device, bool calibration) => lastDone == firstDone || lastAt < 0.2
        ? null
        : new BankPace(PaceFile.Machine(device), DateTimeOffset.UtcNow, calibration, precision, (lastDone - firstDone) / lastAt);
}
