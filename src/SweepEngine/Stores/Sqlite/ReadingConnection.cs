using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>
/// A connection that only reads. SQLite makes a log and its index for it where there are none, and leaves them there, because
/// only a connection that may write clears them away; so one is opened in the end, if these files came with this reader.
/// </summary>
/// <param name="file">The database's full path.</param>
internal sealed class ReadingConnection(string file, SqliteConnection connection) : IDisposable
{
    private readonly bool wasAlone = !File.Exists(file + "-wal") && !File.Exists(file + "-shm");

    public SqliteConnection Connection => connection;

    public void Dispose()
    {
        connection.Dispose();
        if (!wasAlone || !File.Exists(file + "-shm")) return;

        try
        {
            using var last = StoreFile.Connect(file, SqliteOpenMode.ReadWrite);
            last.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master");
        }
        catch (SqliteException)
        {
            // They cost a little room, and the next worker clears them away.
        }
    }
}
