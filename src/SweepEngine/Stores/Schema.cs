using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine;

/// <summary>Which schema a database has, and how an older one is brought forward.</summary>
internal static class Schema
{
    /// <summary>Marks an SQLite file as a store: "VReg" in ASCII.</summary>
    public const int ApplicationId = 0x56526567;

    /// <summary>Entry i leads from version i to version i + 1. A released entry is never edited.</summary>
    private static readonly string[] Migrations = [SchemaV1.Sql, SchemaV2.Sql, SchemaV3.Sql, SchemaV4.Sql];

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

    /// <summary>Makes all tables and views in an empty database.</summary>
    public static void Make(SqliteConnection connection)
    {
        foreach (var migration in Migrations) connection.Execute(migration);
    }

    /// <summary>Brings the database to the newest schema, one transaction for all steps.</summary>
    public static void Migrate(SqliteConnection connection, string path)
    {
        if (Check(connection, path) == Newest) return;

        using var transaction = ImmediateTransaction.Begin(connection, durable: true);
        for (var version = Check(connection, path); version < Newest; version++)
        {
            connection.Execute(Migrations[version]);
        }

        connection.Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Newest}"));
        transaction.Commit();
    }
}
