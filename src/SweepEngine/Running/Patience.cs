using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>Waits out what passes by itself, a full disk and a store that others keep locked: neither must fail every trial that comes by.</summary>
internal sealed class Patience(string path, IRunObserver observer, TimeSpan pollEvery, TimeProvider time)
{
    private readonly RoomNotice room = new(observer, time);

    /// <summary>Writes when there is room.</summary>
    public T Outwait<T>(Func<T> write, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                var result = write();
                room.Found(path);
                return result;
            }
            catch (StoreBusyException)
            {
                // Others have had the store to themselves for long enough to say so, and not for ever.
                observer.Message($"{path}: other processes keep the store locked; trying again.");
                cancel.ThrowIfCancellationRequested();
            }
            catch (Exception error) when (FullDisk.IsMetBy(error))
            {
                room.Wants($"{path}: the disk is full");
                Task.Delay(pollEvery, time, cancel).GetAwaiter().GetResult();
            }
        }
    }
}
