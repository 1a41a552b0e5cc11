using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores.Merging;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// The database of one or more sweeps in one SQLite file. For one thread, but for <see cref="Renew"/>; several
/// processes may have the same file open.
/// </summary>
public sealed class SqliteStore : IDisposable
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
        Path = path;
        (this.catalogue, this.time) = (catalogue, time);
        (connection, opened) = StoreFile.OpenForWriting(path, mounts);
        Vocabulary = catalogue.Vocabulary;
        SelfDescription.Update(connection, catalogue, time.GetUtcNow());
        files = new CheckpointFiles(StorePath.BehindLinks(path), opened);
        checkpoints = new StackCheckpoints(connection, files);
        register = new TrialRegister(connection, path, catalogue, time);
        leases = new StackLeases(connection, path, catalogue, files, checkpoints, time);
        rows = new RowWriter(connection, Vocabulary, time);
        ends = new StackEnds(connection, catalogue, checkpoints, rows, path, time);
        checkpoints.DeleteUnused(stack: null);
    }

    /// <summary>The path it was opened with.</summary>
    public string Path { get; }

    /// <summary>The words of the runner whose rows are recorded.</summary>
    internal Vocabulary Vocabulary { get; }

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

    /// <summary>Opens a store for reading. It may be written to meanwhile, or lie in a read-only place.</summary>
    /// <exception cref="SweepException">There is no store, or none that this version reads.</exception>
    public static StoreReader OpenReader(string path, TimeProvider? time = null) => new(path, time ?? TimeProvider.System);

    /// <summary>What registering the plan would change. Nothing is written.</summary>
    public SweepChange ChangeBy(SweepPlan plan) => Guard(() => SweepChange.Of(connection, plan));

    /// <summary>Makes these trials the plan of a sweep, in one transaction. Trials that are there already are kept as they are.</summary>
    /// <param name="sweep">The sweep's name.</param>
    /// <param name="fileText">The sweep file; every text it ever had is kept.</param>
    /// <param name="stackKey">See <see cref="ITrialRunner.StackKey"/>.</param>
    /// <param name="rules">Hold from now on, for stacks that are under way too; the defaults unless given.</param>
    public Registration Register(
        string sweep,
        string question,
        string fileText,
        IEnumerable<Trial> trials,
        Func<Trial, string> stackKey,
        SweepRules? rules = null) =>
        Guard(() => register.Register(sweep, question, fileText, trials, stackKey, rules ?? SweepRules.Default));

    /// <summary>Forgets the results of finished trials that are still planned, so that they run again.</summary>
    /// <param name="states">Final states.</param>
    /// <returns>How many trials are pending again.</returns>
    public int Requeue(params IEnumerable<TrialState> states) => Guard(() => Requeues.Run(connection, [.. states]));

    /// <summary>Leases the next stack to train.</summary>
    public LeaseAnswer LeaseNext(LeaseRequest request) => Guard(() => leases.Next(request));

    /// <summary>Makes a lease last for a duration from now. May be called from any thread.</summary>
    /// <returns>Whether it still held; if not, it stays lost.</returns>
    public bool Renew(StackLease lease, TimeSpan duration) => Guard(() =>
    {
        lock (renewing)
        {
            renewals ??= StoreFile.OpenAgain(Path, opened);
            return StackLeases.Renew(renewals, lease, time.GetUtcNow(), duration);
        }
    });

    /// <summary>
    /// Makes sure that trials are trained on what the trials before them were trained on, as far as they name the same; the first
    /// decides what that is.
    /// </summary>
    /// <exception cref="SweepException">It is other data now.</exception>
    /// <exception cref="LeaseLostException">Nothing was recorded.</exception>
    public void Confirm(StackLease lease, TrialInput input) => Guard(() =>
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: false);
        leases.Ensure(lease.Stack, lease.Token);
        InputContents.Confirm(connection, Path, input, time.GetUtcNow());
        transaction.Commit();
        return true;
    });

    /// <summary>Records rows and ends of trials in one transaction; ends outlive a power failure.</summary>
    /// <exception cref="LeaseLostException">Nothing was recorded.</exception>
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

    /// <summary>Records rows together with a state to go on from. The one before it is kept, should this one be damaged.</summary>
    /// <param name="seconds">Each trial's share of the wall time until then.</param>
    /// <param name="write">Writes the state.</param>
    /// <exception cref="LeaseLostException">Nothing was recorded.</exception>
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

    /// <summary>Forgets the checkpoint that a stack was leased with; the one before it serves, or the stack starts again.</summary>
    /// <exception cref="LeaseLostException">Nothing was changed.</exception>
    public StackLease WithoutNewestCheckpoint(StackLease lease) => Guard(() => leases.WithoutNewestCheckpoint(lease));

    /// <summary>
    /// Takes the stack from a worker that has died without giving it back. If its trials are to blame, the stack is halved; one
    /// that was alone is tried again as often as its sweep allows, and then has failed.
    /// </summary>
    /// <returns>What was done, in one sentence; null when it held no stack.</returns>
    public string? Bury(WorkerDeath death) => Guard(() =>
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: true);
        var done = ends.Bury(death);
        transaction.Commit();
        checkpoints.DeleteUnused(stack: null);
        return done;
    });

    /// <summary>Takes over the trials of another store, and the results that this one does not have yet.</summary>
    /// <param name="from">The other store's path; it is only read.</param>
    /// <exception cref="SweepException">Somebody is at work on this store, or the other cannot be read.</exception>
    public MergeReport Merge(string from)
    {
        if (StorePath.BehindLinks(StorePath.Checked(from)) == StorePath.BehindLinks(Path)) throw new SweepException($"{from} cannot be merged into itself.");

        return Guard(() =>
        {
            var report = new StoreMerge(connection, Path, catalogue, time).Run(from);
            checkpoints.DeleteUnused(stack: null);
            return report;
        });
    }

    /// <summary>What the stop rules have to know of a stack that goes on from a checkpoint.</summary>
    internal bool Remember(StackLease lease, StopMemory memory) => Guard(() =>
    {
        if (lease.Work.Checkpoint is { } checkpoint) StopRecollection.Read(connection, lease, checkpoint.Step, memory);
        return true;
    });

    /// <summary>Gives a stack back; its unfinished trials are pending at once.</summary>
    public void Release(StackLease lease) => Guard(() =>
    {
        leases.Release(lease);
        return true;
    });

    /// <summary>Whether the file was removed, moved or replaced, so that nothing can be recorded in it any more. May be called from any thread.</summary>
    internal bool IsGone => opened.Gone() is not null;

    /// <exception cref="SweepException">The file was removed, moved or replaced.</exception>
    internal void RefuseGone() => opened.RefuseGone();

    /// <summary>Where the trials stand.</summary>
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
            return StoreFault.Guard(Path, action);
        }
        catch (Exception error) when (error is not LeaseLostException && opened.Gone() is { } sentence)
        {
            throw new SweepException(sentence);
        }
    }
}
