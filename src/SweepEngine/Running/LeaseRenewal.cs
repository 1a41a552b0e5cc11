using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>Keeps a lease alive from outside the training thread: a long step must not cost it.</summary>
internal sealed class LeaseRenewal : IDisposable
{
    private readonly IStore store;
    private readonly StackLease lease;
    private readonly TimeSpan duration;
    private readonly CancellationTokenSource stop;
    private readonly ITimer timer;
    private readonly Lock ticking = new();
    private bool disposed;

    /// <param name="stop">Cancelled when the lease is lost, and when the store is.</param>
    public LeaseRenewal(IStore store, StackLease lease, TimeSpan duration, TimeProvider time, CancellationTokenSource stop)
    {
        this.store = store;
        this.lease = lease;
        this.duration = duration;
        this.stop = stop;
        timer = time.CreateTimer(_ => Tick(), null, duration / 3, duration / 3);
    }

    /// <summary>Whether the lease has run out or has gone to another worker.</summary>
    public bool Lost { get; private set; }

    public void Dispose()
    {
        timer.Dispose();
        lock (ticking) disposed = true;
    }

    private void Tick()
    {
        lock (ticking)
        {
            if (disposed || Lost) return;

            try
            {
                Lost = !store.Renew(lease, duration);
            }
            catch (SweepException)
            {
                // A full disk or a busy store: the next tick may fare better, and if none does the lease runs out. A store that is
                // gone does not come back: the training thread is stopped, and says so when it next writes.
            }

            if (Lost || store.IsGone) stop.Cancel();
        }
    }
}
