using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>
/// A short transaction that takes the write lock at once, so that it never fails half way for want of it. Undone
/// unless committed.
/// </summary>
internal sealed class ImmediateTransaction : IDisposable
{
    private const int LongestNap = 24;    // milliseconds

    private readonly SqliteConnection connection;
    private bool open = true;

    private ImmediateTransaction(SqliteConnection connection) => this.connection = connection;

    /// <param name="durable">Whether it outlives a power failure once committed; otherwise the end of the process alone.</param>
    public static ImmediateTransaction Begin(SqliteConnection connection, bool durable)
    {
        connection.Execute(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        TakeWriteLock(connection);
        return new ImmediateTransaction(connection);
    }

    /// <summary>
    /// Waits for its turn. SQLite itself looks every tenth of a second, and among dozens of writers some never find it free; who
    /// looks often and at random moments does. How long that takes is a matter of the machine's load, so it is given up only
    /// when nobody else has got on either.
    /// </summary>
    private static void TakeWriteLock(SqliteConnection connection)
    {
        var database = connection.Handle!;
        var waited = Stopwatch.StartNew();
        (long, long)? seen = null;
        _ = raw.sqlite3_busy_timeout(database, 0);
        try
        {
            for (var most = 2; ; most = Math.Min(most * 2, LongestNap))
            {
                var result = raw.sqlite3_exec(database, "BEGIN IMMEDIATE");
                if (result == raw.SQLITE_OK) return;

                if ((result & 0xFF) is not (raw.SQLITE_BUSY or raw.SQLITE_PROTOCOL)) SqliteException.ThrowExceptionForRC(result, database);
                seen ??= Progress(connection);
                if (waited.Elapsed.TotalSeconds > StoreFile.BusySeconds)
                {
                    var now = Progress(connection);
                    if (now == seen) SqliteException.ThrowExceptionForRC(result, database);
                    (seen, waited) = (now, Stopwatch.StartNew());
                }

                Thread.Sleep(Random.Shared.Next(1, most));
            }
        }
        finally
        {
            _ = raw.sqlite3_busy_timeout(database, StoreFile.BusySeconds * 1000);
        }
    }

    /// <summary>Changes with every transaction that another connection commits, and while a long one is written.</summary>
    private static (long Commits, long LogBytes) Progress(SqliteConnection connection)
    {
        var log = new FileInfo(connection.DataSource + "-wal");
        return (connection.ExecuteScalar<long>("PRAGMA data_version"), log.Exists ? log.Length : 0);
    }

    public void Commit()
    {
        connection.Execute("COMMIT");
        open = false;
    }

    public void Dispose()
    {
        if (!open) return;

        open = false;
        try
        {
            connection.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has undone it already, as it does when the disk is full.
        }
    }
}
