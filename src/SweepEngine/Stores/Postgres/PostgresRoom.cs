using Npgsql;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Files;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>
/// A store in PostgreSQL, open for writing by this process and by others on other machines. A transaction takes a connection from the
/// process's pool and gives it back: a worker that trains holds none.
/// </summary>
/// <remarks>
/// All that is committed lasts, whatever was asked for: the server may lose power while workers live on, which would go on from what it has
/// forgotten, and two could hold a stack by the same token. A lease that is made longer is the exception: losing that ends it early at worst.
/// </remarks>
internal sealed class PostgresRoom : IStoreRoom
{
    private const int IdleSeconds = 120;

    private readonly PostgresAddress address;
    private readonly ParameterCatalogue catalogue;
    private readonly TimeProvider? time;
    private readonly WordsInMind words = new();
    private readonly WordsInMind wordsBeside = new();
    private readonly PostgresFiles files;
    private volatile StoreGoneException? gone;

    /// <param name="time">What leases are measured by; the server's clock unless given.</param>
    private PostgresRoom(PostgresAddress address, ParameterCatalogue catalogue, TimeProvider? time, string? folder, bool make)
    {
        (this.address, this.catalogue, this.time) = (address, catalogue, time);
        Make(make, folder);
        files = Look(session => PostgresFiles.Of(session, address, Connect, RefuseGone));
        try
        {
            files.Check(address.Text, folder);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public string Address => address.Text;

    public bool IsGone => gone is not null;

    /// <summary>Opens a store for writing.</summary>
    /// <param name="time">What leases are measured by; the server's clock unless given, which is the same for all machines.</param>
    /// <param name="folder">Where a store that is made keeps checkpoints and artifacts, on all machines alike; null for the database.</param>
    /// <param name="make">Whether it is made where there is none.</param>
    /// <exception cref="SweepException">There is none, it cannot be written, or the schema holds something else.</exception>
    public static IStore Open(PostgresAddress address, ParameterCatalogue catalogue, TimeProvider? time = null, string? folder = null, bool make = true)
    {
        var place = folder is null ? null : Path.GetFullPath(folder);
        var room = PostgresFault.Guard(address, isOpen: false, () => new PostgresRoom(address, catalogue, time, place, make));
        try
        {
            return new Store(room, room.files.Checkpoints, room.files.Artifacts, catalogue).Cleared();
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    public static bool IsThere(PostgresAddress address) => PostgresFault.Guard(address, isOpen: false, () => VersionOf(address)) is not null;

    public void RefuseGone()
    {
        if (gone is { } error) throw new StoreGoneException(error.Message);
    }

    public bool IsAt(string address) => PostgresAddress.IsMeant(address) && PostgresAddress.Parse(address).IsSameAs(this.address);

    public T Within<T>(Reach reach, bool durable, Func<IStoreTransaction, T> work) => Guard(() => Run(reach, words, work));

    public T Beside<T>(long stack, Func<IStoreTransaction, T> work) => Guard(() =>
    {
        // Nothing but the lease is written: the row of the stack alone is locked, so that no long transaction makes a lease run out.
        lock (wordsBeside)
        {
            return Run(Begin.Lease(stack), Reach.Of(stack), wordsBeside, work);
        }
    });

    public T Look<T>(Func<IStoreRows, T> read) => Guard(() => Look(session =>
    {
        var rows = new PostgresRows(session, address.Text, words, Begin.TimeOf(session, time));
        return PostgresFault.GuardReading(address, () => read(rows));
    }));

    public void Dispose() => files.Dispose();

    private void Make(bool make, string? folder)
    {
        var isThere = VersionOf(address);
        if (isThere is null && !make) throw new SweepException($"{address.Text}: there is no such store.");

        if (isThere is null && folder is not null)
        {
            try
            {
                LastingFiles.MakeFolder(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new SweepException($"{address.Text}: the folder '{folder}' cannot be created ({error.Message})", error);
            }
        }

        if (isThere != PostgresSchema.Newest)
        {
            using var connection = Connect();
            PostgresSchema.Migrate(connection, address, folder);
        }

        if (!Look(session => PostgresDescription.IsCurrent(session, catalogue)))
        {
            Run(Begin.Of(Reach.Everything, address.Schema), Reach.Everything, words, (session, rows) =>
            {
                PostgresDescription.Update(session, address, catalogue, rows.Now);
                return true;
            });
        }
    }

    /// <summary>The schema version; null where there is no store. One that another process is making at this moment is waited for.</summary>
    private static int? VersionOf(PostgresAddress address)
    {
        using var connection = PostgresServer.Connect(address);
        using var transaction = connection.BeginTransaction();
        var session = new Session(connection);
        session.Execute("SELECT pg_advisory_xact_lock_shared($1)", PostgresLocks.Whole(address.Schema));
        return PostgresSchema.Check(session, address);
    }

    private NpgsqlConnection Connect() => PostgresServer.Connect(address);

    private T Run<T>(Reach reach, WordsInMind words, Func<IStoreTransaction, T> work) => Run(Begin.Of(reach, address.Schema), reach, words, work);

    private T Run<T>(Begin begin, Reach reach, WordsInMind words, Func<IStoreTransaction, T> work) => Run(begin, reach, words, (_, rows) => work(rows));

    private T Run<T>(Begin begin, Reach reach, WordsInMind words, Func<Session, IStoreTransaction, T> work)
    {
        using var connection = Connect();
        using var transaction = connection.BeginTransaction();
        var session = new Session(connection);
        try
        {
            var now = begin.Run(session, IdleSeconds, time);
            var result = work(session, new PostgresTransaction(session, address, words, now, reach).Begun());
            session.Settle();
            transaction.Commit();
            return result;
        }
        catch
        {
            words.Forget();
            throw;
        }
    }

    private T Look<T>(Func<Session, T> read)
    {
        using var connection = Connect();
        using var transaction = connection.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);
        var result = read(new Session(connection));
        transaction.Commit();
        return result;
    }

    private T Guard<T>(Func<T> action)
    {
        RefuseGone();
        try
        {
            return PostgresFault.Guard(address, isOpen: true, action);
        }
        catch (StoreGoneException error)
        {
            gone = error;
            throw;
        }
        catch (StoreAwayException)
        {
            // The others in the pool are as broken as this one.
            PostgresServer.Forget(address);
            throw;
        }
    }
}
