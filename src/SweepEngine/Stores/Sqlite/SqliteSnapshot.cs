using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Copies of a store that others may be writing to, each of one piece, in one file.</summary>
internal static class SqliteSnapshot
{
    /// <param name="path">The store.</param>
    /// <param name="target">A file that is not there yet.</param>
    public static void Take(string path, string target) => StoreFault.Guard(path, () =>
    {
        using var connection = StoreFile.Connect(StoreAddress.BehindLinks(path), SqliteOpenMode.ReadWrite);
        return connection.Execute("VACUUM INTO @target", new { target });
    });
}
