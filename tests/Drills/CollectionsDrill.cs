using System.Diagnostics;
using VicRegSweeps.Trials.Native;
using VicRegSweeps.Trials.Tests.Native;

namespace VicRegSweeps.Drills;

/// <summary>Millions of operations beside a thread that collects without a pause: nothing breaks, and no bit changes.</summary>
internal static class CollectionsDrill
{
    public static string Run(long operations)
    {
        NativeRuntime.EnsureLoaded();
        var watch = Stopwatch.StartNew();
        var result = CollectionStress.Run(operations, TimeSpan.Zero);
        var account = $"{result.Operations:N0} tensors made in {watch.Elapsed.TotalSeconds:0} s, {result.Failures.Count} failures";
        return result.Failures.Count == 0
            ? account
            : throw new BrokenPromiseException($"{account}\n  {string.Join("\n  ", result.Failures.CountBy(f => f).Select(f => $"{f.Value} × {f.Key}"))}");
    }
}
