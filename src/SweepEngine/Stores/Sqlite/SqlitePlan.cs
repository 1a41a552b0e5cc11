using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>A store of which nothing has been trained yet, and which nobody has open.</summary>
internal static class SqlitePlan
{
    /// <summary>
    /// Removes all trials but some. A shard has no use for those of the others, and what is published of it would grow with the whole sweep.
    /// </summary>
    /// <param name="path">The store.</param>
    /// <param name="trials">The numbers of those that stay. They are built on none that goes.</param>
    public static void Keep(string path, IReadOnlyList<long> trials) => StoreFault.Guard(path, () =>
    {
        using var connection = StoreFile.Connect(StoreAddress.BehindLinks(path), SqliteOpenMode.ReadWrite);
        connection.Execute("PRAGMA foreign_keys = OFF");    // No row is left that names one that goes.
        using var transaction = connection.BeginTransaction();
        var kept = new { kept = JsonSerializer.Serialize(trials) };
        connection.Execute("DELETE FROM sweep_trial WHERE trial NOT IN (SELECT value FROM json_each(@kept))", kept, transaction);
        connection.Execute("DELETE FROM trial WHERE number NOT IN (SELECT value FROM json_each(@kept))", kept, transaction);
        transaction.Commit();
        return true;
    });
}
