using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores.Merging;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>
/// The database of one or more sweeps in one SQLite file. For one thread, but for <see cref="Renew"/>; several
/// processes may have the same file open.
/// </summary>
internal sealed class SqliteStore : IStore
{
    private readonly ParameterCatalogue catalogue;
    private readonly TimeProvider time;
    private readonly SqliteConnection connection;
    private readonly OpenedStore opened;
    private readonly CheckpointFiles files;
    private readonly TrialRegister register;
    private readonly StackLeases leases;
    private readonly StackCheckpoints checkpoints;
    private readonly StackEnds ends;
    private readonly RowWriter rows;
    private readonly Lock renewing = new();
    private SqliteConnection? renewals;

    private SqliteStore(string path, ParameterCatalogue catalogue, TimeProvider time, IEnumerable<string> mounts)
    {
        Address = path;
        (this.catalogue, this.time) = (catalogue, time);
        (connection, opened) = StoreFile.OpenForWriting(path, mounts);
        Vocabulary = catalogue.Vocabulary;
        SelfDescription.Update(connection, catalogue, time.GetUtcNow());
        files = new CheckpointFiles(StoreAddress.BehindLinks(path), opened.RefuseGone);
        checkpoints = new StackCheckpoints(connection, files);
        register = new TrialRegister(connection, path, catalogue, time);
        leases = new StackLeases(connection, path, catalogue, files, checkpoints, time);
        rows = new RowWriter(connection, Vocabulary, time);
        ends = new StackEnds(connection, catalogue, checkpoints, rows, path, time);
        checkpoints.DeleteUnused(stack: null);
    }

    public string Address { get; }

    public Vocabulary Vocabulary { get; }

    /// <summary>Opens a store for writing; where there is no file, it is made, and its folder too.</summary>
    /// <param name="catalogue">The runner's: the store keeps its words, and names what is recorded by them.</param>
    /// <param name="mounts">The mount table; this machine's unless given.</param>
    /// <exception cref="SweepException">The path cannot be written, lies on a network, or holds something else.</exception>
    public static SqliteStore CreateOrOpen(string path, ParameterCatalogue catalogue, TimeProvider time, IEnumerable<string>? mounts = null) =>
        StoreFault.Guard(path, () => new SqliteStore(path, catalogue, time, mounts ?? NetworkFileSystem.Mounts));

    /// <summary>Opens a store that is there already for writing.</summary>
    /// <inheritdoc cref="CreateOrOpen"/>
    public static SqliteStore Open(string path, ParameterCatalogue catalogue, TimeProvider time, IEnumerable<string>? mounts = null)
    {
        StoreFile.RefuseMissing(path);
        return CreateOrOpen(path, catalogue, time, mounts);
    }

    public SweepChange ChangeBy(SweepPlan plan) => Guard(() => SweepChange.Of(connection, plan));

    public Registration Register(
        string sweep,
        string question,
        string fileText,
        IEnumerable<Trial> trials,
        Func<Trial, string> stackKey,
        SweepRules? rules = null) =>
        Guard(() => register.Register(sweep, question, fileText, trials, stackKey, rules ?? SweepRules.Default));

    public int Requeue(params IEnumerable<TrialState> states) => Guard(() => Requeues.Run(connection, [.. states]));

    public LeaseAnswer LeaseNext(LeaseRequest request) => Guard(() => leases.Next(request));

    public bool Renew(StackLease lease, TimeSpan duration) => Guard(() =>
    {
        lock (renewing)
        {
            renewals ??= StoreFile.OpenAgain(Address, opened);
            return StackLeases.Renew(renewals, lease, time.GetUtcNow(), duration);
        }
    });

    public void Confirm(StackLease lease, TrialInput input) => Guard(() =>
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: false);
        leases.Ensure(lease.Stack, lease.Token);
        InputContents.Confirm(connection, Address, input, time.GetUtcNow());
        transaction.Commit();
        return true;
    });

    public void Record(StackLease lease, RowBatch batch) => Guard(() =>
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: batch.HasEnds);
        leases.Ensure(lease.Stack, lease.Token);
        rows.Write(lease, batch);
        var closed = ends.Record(lease.Stack, batch);
        transaction.Commit();
        if (closed) checkpoints.DeleteUnused(lease.Stack);
        return closed;
    });

    public void RecordCheckpoint(StackLease lease, RowBatch batch, long step, double seconds, Action<Stream> write) => Guard(() =>
    {
        var checkpoint = WriteFile();
        try
        {
            using var transaction = ImmediateTransaction.Begin(connection, durable: true);
            leases.Ensure(lease.Stack, lease.Token);
            rows.Write(lease, batch);
            var closed = ends.Record(lease.Stack, batch);
            if (!closed) checkpoints.Add(lease.Stack, checkpoint);
            transaction.Commit();
            checkpoints.DeleteUnused(lease.Stack);
            return closed;
        }
        catch
        {
            files.Delete(checkpoint.File);
            throw;
        }

        StoredCheckpoint WriteFile()
        {
            try
            {
                return files.Write(lease, step, seconds, write);
            }
            catch
            {
                // Whoever has the stack by now clears away what the late worker was writing.
                leases.Ensure(lease.Stack, lease.Token);
                throw;
            }
        }
    });

    public StackLease WithoutNewestCheckpoint(StackLease lease) => Guard(() => leases.WithoutNewestCheckpoint(lease));

    public string? Bury(WorkerDeath death) => Guard(() =>
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: true);
        var done = ends.Bury(death);
        transaction.Commit();
        checkpoints.DeleteUnused(stack: null);
        return done;
    });

    public MergeReport Merge(IStoreReader from)
    {
        if (StoreAddress.BehindLinks(from.Address) == StoreAddress.BehindLinks(Address)) throw new SweepException($"{from.Address} cannot be merged into itself.");

        return Guard(() =>
        {
            var report = new StoreMerge(connection, Address, catalogue, time).Run(from.Address);
            checkpoints.DeleteUnused(stack: null);
            return report;
        });
    }

    public IReadOnlyList<Recollection> Recollect(StackLease lease, (string Space, string Name)? metric) => Guard(() =>
        lease.Work.Checkpoint is { } checkpoint ? StopRecollection.Read(connection, lease, checkpoint.Step, metric) : []);

    public void Release(StackLease lease) => Guard(() =>
    {
        leases.Release(lease);
        return true;
    });

    public bool IsGone => opened.Gone() is not null;

    public void RefuseGone() => opened.RefuseGone();

    public StoreStatus Status() => Guard(() => StatusQuery.Run(connection, time.GetUtcNow()));

    public void Dispose()
    {
        lock (renewing) renewals?.Dispose();
        rows.Dispose();
        connection.Dispose();
    }

    private T Guard<T>(Func<T> action)
    {
        opened.RefuseGone();
        try
        {
            return StoreFault.Guard(Address, action);
        }
        catch (Exception error) when (error is not LeaseLostException && opened.Gone() is { } sentence)
        {
            throw new StoreGoneException(sentence);
        }
    }
}
