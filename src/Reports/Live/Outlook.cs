using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Live;

/// <summary>How quickly a store's trials end, and when all have: at the pace of the workers that are alive, and not at all without one.</summary>
/// <param name="PerMinute">Trials a minute; null where it is not known yet.</param>
/// <param name="Left">Null where it is not known, or nothing is left.</param>
public sealed record Outlook(double? PerMinute, TimeSpan? Left)
{
    public static Outlook Of(StoreStatus status)
    {
        var unfinished = status.Total - status.Finished;
        if (unfinished == 0 || status.Workers.Count == 0) return new Outlook(0, null);
        return status.TimeLeft is { } left && left > TimeSpan.Zero ? new Outlook(unfinished / left.TotalMinutes, left) : new Outlook(null, null);
    }
}
