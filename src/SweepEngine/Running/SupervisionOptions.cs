namespace VicRegSweeps.SweepEngine.Running;

/// <summary>How workers are watched over.</summary>
public sealed record SupervisionOptions
{
    /// <summary>How often to look after them.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often to tell how far the sweep is.</summary>
    public TimeSpan TellEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long workers may take to write their checkpoints before they are ended.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>After so many deaths in a row of a worker that held nothing, it is not the trials, and it is given up.</summary>
    public int MostBarrenDeaths { get; init; } = 3;

    /// <summary>Counts what the kernel has ended for want of memory.</summary>
    public Func<long> OutOfMemoryKills { get; init; } = Running.OutOfMemoryKills.Count;
}
