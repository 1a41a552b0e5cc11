using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine;

/// <summary>
/// A short transaction that takes the write lock at once, so that it never fails half way for want of it. Undone
/// unless committed.
/// </summary>
internal sealed class ImmediateTransaction : IDisposable
{
    private readonly SqliteConnection connection;
    private bool open = true;

    private ImmediateTransaction(SqliteConnection connection) => this.connection = connection;

    /// <param name="durable">Whether it outlives a power failure once committed; otherwise the end of the process alone.</param>
    public static ImmediateTransaction Begin(SqliteConnection connection, bool durable)
    {
        connection.Execute(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        connection.Execute("BEGIN IMMEDIATE");
        return new ImmediateTransaction(connection);
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
