using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>A store in one SQLite file, open for writing.</summary>
internal sealed class SqliteRoom : IStoreRoom
{
    private readonly ParameterCatalogue catalogue;
    private readonly TimeProvider time;
    private readonly SqliteConnection connection;
    private readonly OpenedStore opened;
    private readonly SqliteTransaction rows;
    private readonly Lock aside = new();
    private (SqliteConnection Connection, SqliteTransaction Rows)? other;

    /// <param name="catalogue">Null for the store's own words, which stay as they are.</param>
    private SqliteRoom(string path, ParameterCatalogue? catalogue, TimeProvider time, IEnumerable<string> mounts)
    {
        Address = path;
        this.time = time;
        (connection, opened) = StoreFile.OpenForWriting(path, mounts);
        if (catalogue is not null) SelfDescription.Update(connection, catalogue, time.GetUtcNow());
        this.catalogue = catalogue ??= new ParameterCatalogue([], vocabulary: StoredWords.Read(connection).Vocabulary);
        rows = new SqliteTransaction(connection, path, DeclaredWords.Of(connection, catalogue), time);
    }

    public string Address { get; }

    public bool IsGone => opened.Gone() is not null;

    /// <summary>Opens a store for writing; where there is no file, it is made, and its folder too.</summary>
    /// <param name="mounts">The mount table; this machine's unless given.</param>
    /// <exception cref="SweepException">The path cannot be written, lies on a network, or holds something else.</exception>
    public static IStore CreateOrOpen(string path, ParameterCatalogue catalogue, TimeProvider time, IEnumerable<string>? mounts = null) =>
        Opened(path, catalogue, time, mounts ?? NetworkFileSystem.Mounts);

    /// <summary>Opens a store of this version to merge others like it into it, without a runner: its words are those that it has.</summary>
    public static IStore OpenAsRecorded(string path, TimeProvider time) => Opened(path, catalogue: null, time, NetworkFileSystem.Mounts);

    private static Store Opened(string path, ParameterCatalogue? catalogue, TimeProvider time, IEnumerable<string> mounts)
    {
        var room = StoreFault.Guard(path, () => new SqliteRoom(path, catalogue, time, mounts));
        try
        {
            var (checkpoints, artifacts) = SqliteFiles.Of(path, room.RefuseGone);
            return new Store(room, checkpoints, artifacts, room.catalogue).Cleared();
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    /// <summary>Opens a store that is there already for writing.</summary>
    /// <inheritdoc cref="CreateOrOpen"/>
    public static IStore Open(string path, ParameterCatalogue catalogue, TimeProvider time)
    {
        StoreFile.RefuseMissing(path);
        return CreateOrOpen(path, catalogue, time);
    }

    public void RefuseGone() => opened.RefuseGone();

    public bool IsAt(string address) => StoreAddress.BehindLinks(address) == StoreAddress.BehindLinks(Address);

    public T Within<T>(Reach reach, bool durable, Func<IStoreTransaction, T> work) => Guard(() => Run(connection, rows, durable, work));

    public T Beside<T>(long stack, Func<IStoreTransaction, T> work) => Guard(() =>
    {
        lock (aside)
        {
            if (other is null)
            {
                var further = StoreFile.OpenAgain(Address, opened);
                other = (further, new SqliteTransaction(further, Address, DeclaredWords.Of(further, catalogue), time));
            }

            return Run(other.Value.Connection, other.Value.Rows, durable: false, work);
        }
    });

    public T Look<T>(Func<IStoreRows, T> read) => Guard(() =>
    {
        connection.Execute("BEGIN DEFERRED");
        try
        {
            return StoreFault.GuardReading(Address, () => read(rows));
        }
        finally
        {
            connection.Execute("COMMIT");
        }
    });

    public void Dispose()
    {
        lock (aside)
        {
            other?.Rows.Dispose();
            other?.Connection.Dispose();
        }

        rows.Dispose();
        connection.Dispose();
    }

    private static T Run<T>(SqliteConnection connection, SqliteTransaction rows, bool durable, Func<IStoreTransaction, T> work)
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable);
        try
        {
            var result = work(rows);
            transaction.Commit();
            return result;
        }
        catch
        {
            rows.ForgetWords();
            throw;
        }
    }

    private T Guard<T>(Func<T> action)
    {
        opened.RefuseGone();
        try
        {
            return StoreFault.Guard(Address, action);
        }
        catch (Exception error) when (error is not (LeaseLostException or StoreGoneException) && opened.Gone() is { } sentence)
        {
            throw new StoreGoneException(sentence);
        }
    }
}
