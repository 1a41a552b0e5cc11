using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VicRegSweeps.SweepEngine;

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
        TakeWriteLock(connection.Handle!);
        return new ImmediateTransaction(connection);
    }

    /// <summary>
    /// Waits for its turn. SQLite itself looks every tenth of a second, and among dozens of writers some never find it free; who
    /// looks often and at random moments does.
    /// </summary>
    private static void TakeWriteLock(sqlite3 database)
    {
        var waited = Stopwatch.StartNew();
        _ = raw.sqlite3_busy_timeout(database, 0);
        try
        {
            for (var most = 2; ; most = Math.Min(most * 2, LongestNap))
            {
                var result = raw.sqlite3_exec(database, "BEGIN IMMEDIATE");
                if (result == raw.SQLITE_OK) return;

                var isBusy = (result & 0xFF) is raw.SQLITE_BUSY or raw.SQLITE_PROTOCOL;
                if (!isBusy || waited.Elapsed.TotalSeconds > StoreFile.BusySeconds) SqliteException.ThrowExceptionForRC(result, database);
                Thread.Sleep(Random.Shared.Next(1, most));
            }
        }
        finally
        {
            _ = raw.sqlite3_busy_timeout(database, StoreFile.BusySeconds * 1000);
        }
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
