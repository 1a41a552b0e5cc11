namespace VicRegSweeps.Trials.Tests;

/// <summary>
/// No finalizer runs between <see cref="Begin"/> and <see cref="Dispose"/>, so nothing is freed that libtorch still reads: for code of
/// TorchSharp's own that makes scalars and lets go of them, such as its optimizers.
/// </summary>
/// <remarks>There is one finalizer thread; an object whose finalizer waits stops it. Whoever waits for finalizers meanwhile waits too.</remarks>
internal sealed class HeldFinalizers : IDisposable
{
    private readonly ManualResetEventSlim isHeld = new();
    private readonly ManualResetEventSlim mayGoOn = new();

    private HeldFinalizers()
    {
    }

    public static HeldFinalizers Begin()
    {
        var held = new HeldFinalizers();
        LeaveBehind(held);
        do
        {
            GC.Collect();
        }
        while (!held.isHeld.Wait(millisecondsTimeout: 100));
        return held;
    }

    public void Dispose() => mayGoOn.Set();

    // In a method of its own, so that no local variable keeps the object from being collected.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void LeaveBehind(HeldFinalizers held) => _ = new Gate(held);

    private sealed class Gate(HeldFinalizers held)
    {
        ~Gate()
        {
            held.isHeld.Set();
            held.mayGoOn.Wait();
        }
    }
}
