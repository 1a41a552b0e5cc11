namespace VicRegSweeps.Formula;

/// <summary>A wall clock that somebody sets an hour ahead or back every now and then; timers go on as if nothing had happened.</summary>
/// <param name="every">How long it runs true.</param>
public sealed class JumpingClock(TimeSpan every) : TimeProvider
{
    private static readonly int[] Hours = [0, 1, 0, -1];

    private readonly long start = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() =>
        System.GetUtcNow().AddHours(Hours[(long)(System.GetElapsedTime(start) / every) % Hours.Length]);
}
