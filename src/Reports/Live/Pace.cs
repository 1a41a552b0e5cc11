namespace VicRegSweeps.Reports.Live;

/// <summary>
/// How quickly a piece of work goes on, by what this process has seen of it: what was there at the first look counts for nothing,
/// and nothing changes once all is done. May be used from several threads.
/// </summary>
public sealed class Pace(TimeProvider time)
{
    private readonly Lock guard = new();
    private (double Done, long At)? first;
    private (double Done, long At) last;
    private double total;

    /// <summary>Notes how much is done. What goes back or has another size is another piece of work, and begins anew.</summary>
    public void See(double done, double of)
    {
        lock (guard)
        {
            var now = (done, time.GetTimestamp());
            if (first is null || done < last.Done || total != of) first = now;
            if (first == now || done > last.Done) last = now;
            total = of;
        }
    }

    /// <summary>Units a second; null until something has been done.</summary>
    public double? PerSecond
    {
        get
        {
            lock (guard) return first is { } from && last.Done > from.Done ? (last.Done - from.Done) / Math.Max(1e-3, time.GetElapsedTime(from.At,
                last.At).TotalSeconds) : null;
        }
    }

    /// <summary>How long the rest takes at this pace; null where that cannot be told, or nothing is left.</summary>
    public TimeSpan? Left
    {
        get
        {
            lock (guard)
            {
                return PerSecond is { } rate && last.Done < total && (total - last.Done) / rate is < 1e9 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
            }
        }
    }
}
