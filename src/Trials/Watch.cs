namespace VicRegSweeps.Trials;

/// <summary>Measures time on a clock that is passed in. It runs from the beginning.</summary>
internal sealed class Watch(TimeProvider time)
{
    private long start = time.GetTimestamp();

    /// <summary>Since the beginning or the last <see cref="Restart"/>.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(start);

    public void Restart() => start = time.GetTimestamp();
}
