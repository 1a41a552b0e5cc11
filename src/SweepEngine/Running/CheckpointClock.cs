namespace VicRegSweeps.SweepEngine;

/// <summary>
/// Says when a checkpoint is due. The first of a lease is due soon and the intervals double up to the longest, so that even
/// work that is often killed gets on, and work that is not writes little.
/// </summary>
internal sealed class CheckpointClock(TimeSpan longest, TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    private TimeSpan interval = First < longest ? First : longest;
    private long last = time.GetTimestamp();
    private bool soon;

    public bool IsDue => soon || time.GetElapsedTime(last) >= interval;

    /// <summary>Makes one due at once, as when it has become smaller.</summary>
    public void Hasten() => soon = true;

    public void Taken()
    {
        (last, soon) = (time.GetTimestamp(), false);
        interval = interval * 2 < longest ? interval * 2 : longest;
    }
}
