using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Which schema a database has, and how an older one is brought forward.</summary>
internal static class Schema
{
    /// <summary>Marks an SQLite file as a store: "VReg" in ASCII.</summary>
    public const int ApplicationId = 0x56526567;

    /// <summary>Entry i leads from version i to version i + 1. A released entry is never edited.</summary>
    private static readonly Action<SqliteConnection>[] Migrations =
        [
            Run(SchemaV1.Sql), Run(SchemaV2.Sql), Run(SchemaV3.Sql), Run(SchemaV4.Sql), SchemaV5.Run, SchemaV6.Run, Run(SchemaV7.Sql), Run(SchemaV8.Sql),
            Run(SchemaV9.Sql),
        ];

    public static int Newest => Migrations.Length;

    /// <summary>Refuses what is not a store or was written by a later version; touches nothing.</summary>
    /// <returns>The schema version; 0 for an empty database.</returns>
    public static int Check(SqliteConnection connection, string path)
    {
        // In one statement, and so at one moment: another process may be about to make the store.
        var (application, version, empty) = connection.QuerySingle<(long, int, bool)>(
            """
            SELECT a.application_id, v.user_version, NOT EXISTS (SELECT 1 FROM sqlite_master)
            FROM pragma_application_id a, pragma_user_version v
            """);
        if (application != ApplicationId && !(empty && application == 0 && version == 0))
        {
            throw new SweepException($"{path} is an SQLite database, but not a sweep store; nothing in it was changed.");
        }

        if (version < 0 || (version == 0 && !empty))
            throw new SweepException(StoreFault.Damage(path, $"it has the schema version {version}, but its tables are there"));

        if (version > Newest)
        {
            throw new SweepException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path} has schema version {version}, written by a newer vicreg-sweep; this one reads up to {Newest}. Nothing in it was changed."));
        }

        return version;
    }

    /// <summary>Makes all tables and views of a schema version in an empty database.</summary>
    public static void Make(SqliteConnection connection, int version)
    {
        foreach (var migrate in Migrations[..version]) migrate(connection);
    }

    /// <summary>Brings the database to the newest schema, one transaction for all steps.</summary>
    public static void Migrate(SqliteConnection connection, string path)
    {
        if (Check(connection, path) == Newest) return;

        using var transaction = ImmediateTransaction.Begin(connection, durable: true);
        var found = Check(connection, path);
        // What is brought forward is read, so a view that never ends must not stand in a table's place.
        StoreShape.Check(connection, path, found);
        foreach (var migrate in Migrations[found..]) migrate(connection);
        if (found < SchemaV6.Version) SchemaV6.SealAnew(connection);

        connection.Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Newest}"));
        transaction.Commit();
    }

    private static Action<SqliteConnection> Run(string sql) => connection => connection.Execute(sql);
}
