using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>
/// Waits out what passes by itself, a full disk, a store that others keep locked and a server that is away: none must fail every trial that
/// comes by.
/// </summary>
internal sealed class Patience(string path, IRunObserver observer, TimeSpan pollEvery, TimeProvider time)
{
    private static readonly TimeSpan LongestAway = TimeSpan.FromSeconds(30);

    private readonly RoomNotice room = new(observer, time);

    /// <summary>Writes when there is room.</summary>
    public T Outwait<T>(Func<T> write, CancellationToken cancel)
    {
        var away = TimeSpan.Zero;
        while (true)
        {
            try
            {
                var result = write();
                room.Found(path);
                if (away > TimeSpan.Zero) observer.Message($"{path}: the server answers again.");
                return result;
            }
            catch (StoreBusyException error)
            {
                // Others have had the store to themselves for long enough to say so, and not for ever.
                observer.Message($"{error.Message.TrimEnd('.')}; trying again.");
                cancel.ThrowIfCancellationRequested();
            }
            catch (StoreAwayException error)
            {
                if (away == TimeSpan.Zero) observer.Message($"{error.Message.TrimEnd('.')}; trying again until it is back.");

                // A thousand workers must not come back at the same moment.
                away = TimeSpan.FromSeconds(Math.Min(LongestAway.TotalSeconds, Math.Max(0.5, away.TotalSeconds * 2)));
                Task.Delay(away * (0.5 + (Random.Shared.NextDouble() / 2)), time, cancel).GetAwaiter().GetResult();
            }
            catch (Exception error) when (FullDisk.IsMetBy(error))
            {
                room.Wants($"{path}: the disk is full");
                Task.Delay(pollEvery, time, cancel).GetAwaiter().GetResult();
            }
        }
    }
}
