using System.Runtime.CompilerServices;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>
/// No finalizer runs between <see cref="Begin"/> and <see cref="Dispose"/>, so nothing is freed that native code still reads: for
/// libraries that hand an object's address over and then hold the object no longer, as ScottPlot does with Skia's paths.
/// </summary>
/// <remarks>
/// There is one finalizer thread; an object whose finalizer waits stops it. Several may hold it at once, and the last lets it go. Whoever
/// waits for finalizers meanwhile waits too.
/// </remarks>
public sealed class HeldFinalizers : IDisposable
{
    private static readonly Lock Counting = new();
    private static int Holders;
    private static Gate? Shut;

    private bool isOver;

    private HeldFinalizers()
    {
    }

    /// <summary>Waits until the finalizer thread stands still.</summary>
    public static HeldFinalizers Begin()
    {
        lock (Counting)
        {
            if (Holders++ == 0) Shut = Gate.Closed();
            return new HeldFinalizers();
        }
    }

    /// <summary>Lets finalizers run again, unless somebody else holds them.</summary>
    public void Dispose()
    {
        lock (Counting)
        {
            if (isOver) return;

            isOver = true;
            if (--Holders == 0) Shut!.MayGoOn.SetResult();
        }
    }

    /// <summary>What the finalizer thread has come to, and may not pass.</summary>
    private sealed class Gate
    {
        private readonly TaskCompletionSource isReached = new();

        public TaskCompletionSource MayGoOn { get; } = new();

        public static Gate Closed()
        {
            var closed = new Gate();
            closed.LeaveGuard();
            GC.Collect(generation: 0);    // That of an object that has just been left behind, unless another collection has moved it on.
            while (!closed.isReached.Task.Wait(millisecondsTimeout: 100)) GC.Collect();
            return closed;
        }

        // In a method of its own, so that no local variable keeps the guard from being collected.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void LeaveGuard() => _ = new Guard(this);

        private sealed class Guard(Gate gate)
        {
            ~Guard()
            {
                gate.isReached.SetResult();
                gate.MayGoOn.Task.Wait();
            }
        }
    }
}
