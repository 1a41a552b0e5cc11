using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;

namespace VicRegSweeps.Trials.Tests.Native;

/// <summary>
/// Counts the objects of some types that nobody disposed of, as the runtime reports them when it finalizes them: what is left to a
/// finalizer is freed at a moment that nobody chose.
/// </summary>
/// <remarks>The base class reads what it listens to before a constructor's body runs, hence the fields are set without one.</remarks>
internal sealed class FinalizedObjects(params Type[] types) : EventListener
{
    private const EventKeywords Collections = (EventKeywords)1;

    private readonly Dictionary<nint, Type> typesByAddress = types.Append(typeof(Last)).ToDictionary(type => type.TypeHandle.Value);
    private readonly Dictionary<Type, int> counts = types.Append(typeof(Last)).ToDictionary(type => type, _ => 0);
    private readonly ManualResetEventSlim lastWasSeen = new();

    /// <summary>Collects what there is, and gives the number of each type's objects that were finalized since this was made.</summary>
    public int[] Count()
    {
        Collect();
        LeaveLast();
        Collect();
        Assert.True(lastWasSeen.Wait(TimeSpan.FromSeconds(10)), "The runtime does not report what it finalizes.");
        lock (counts)
        {
            return [.. types.Select(type => counts[type])];
        }
    }

    /// <summary>Collects and finalizes all that nobody holds any more.</summary>
    public static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, Collections);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName != "FinalizeObject" || !typesByAddress.TryGetValue((nint)eventData.Payload![0]!, out var type))
        {
            return;
        }

        lock (counts)
        {
            counts[type]++;
        }

        if (type == typeof(Last))
        {
            lastWasSeen.Set();
        }
    }

    // In a method of its own, so that no local variable keeps the object from being collected.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveLast() => _ = new Last();

    /// <summary>Finalized after all others; its event is the last.</summary>
    private sealed class Last
    {
        ~Last() => GC.KeepAlive(typeof(Last));
    }
}
