using System.Diagnostics;

namespace VicRegSweeps.Bench;

/// <summary>Wall time.</summary>
internal static class Clock
{
    public static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}
