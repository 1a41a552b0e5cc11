namespace VicRegSweeps.SweepEngine;

/// <summary>Waits out what passes by itself, a full disk and a store that others keep locked: neither must fail every trial that comes by.</summary>
internal sealed class Patience(string path, IRunObserver observer, TimeSpan pollEvery, TimeProvider time)
{
    /// <summary>Writes when there is room. Said once, when the waiting begins and when it ends.</summary>
    public T Outwait<T>(Func<T> write, CancellationToken cancel)
    {
        for (var waits = false; ;)
        {
            try
            {
                var result = write();
                if (waits) observer.Message($"{path}: there is room on the disk again.");
                return result;
            }
            catch (Exception error) when (StoreFault.IsBusy(error))
            {
                // Others have had the store to themselves for long enough to say so, and not for ever.
                observer.Message($"{path}: other processes keep the store locked; trying again.");
                cancel.ThrowIfCancellationRequested();
            }
            catch (Exception error) when (StoreFault.IsFullDisk(error))
            {
                if (!waits) observer.Message($"{path}: the disk is full; waiting for room.");
                waits = true;
                Task.Delay(pollEvery, time, cancel).GetAwaiter().GetResult();
            }
        }
    }
}
