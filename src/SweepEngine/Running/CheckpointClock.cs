namespace VicRegSweeps.SweepEngine.Running;

/// <summary>
/// Says when a checkpoint is due. The first of a lease is due soon and the intervals double up to the longest, so that even
/// work that is often killed gets on, and work that is not writes little. One that takes long is taken less often.
/// </summary>
internal sealed class CheckpointClock(TimeSpan longest, TimeProvider time)
{
    // Of the time, at most one part in so many is spent on checkpoints …
    private const int PartsOfTime = 20;

    // … unless so many of the longest intervals have passed: a disk that was full for an hour is no reason to wait for a day.
    private const int MostIntervals = 10;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    private TimeSpan interval = First < longest ? First : longest;
    private TimeSpan rest;
    private long last = time.GetTimestamp();
    private bool soon;

    public bool IsDue => soon || (time.GetElapsedTime(last) is var elapsed && elapsed >= interval && elapsed >= rest);

    /// <summary>Makes one due at once, as when it has become smaller.</summary>
    public void Hasten() => soon = true;

    /// <param name="cost">What it took.</param>
    public void Taken(TimeSpan cost)
    {
        (last, soon) = (time.GetTimestamp(), false);
        interval = interval * 2 < longest ? interval * 2 : longest;
        rest = cost * PartsOfTime < longest * MostIntervals ? cost * PartsOfTime : longest * MostIntervals;
    }
}
