using System.Globalization;
using Npgsql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>Which schema version a store has, and how it is made and brought forward: by one process at a time.</summary>
internal static class PostgresSchema
{
    // Keys of meta.
    public const string Version = "schema_version";
    public const string Identity = "store_id";
    public const string Folder = "artifacts_folder";

    /// <summary>Entry i leads from version i to version i + 1. A released entry is never edited.</summary>
    private static readonly string[] Migrations = [PostgresSchemaV1.Sql, PostgresSchemaV2.Sql];

    public static int Newest => Migrations.Length;

    /// <summary>The version of the store; null where there is none.</summary>
    /// <exception cref="SweepException">The schema holds something else, or is of a later version.</exception>
    public static int? Check(Session session, PostgresAddress address)
    {
        if (!session.Truth("SELECT to_regclass($1) IS NOT NULL", $"{address.Schema}.meta"))
        {
            return session.Truth("SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1)", address.Schema)
                ? throw new SweepException(
                    $"{address.Text}: the schema '{address.Schema}' of the database holds something else than a sweep store; nothing in it "
                        + "was changed. Name another with schema=NAME in the address.")
                : null;
        }

        var text = session.All("SELECT value FROM meta WHERE key = $1", row => row.Text(0), Version) is [var value] ? value : "";
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw new SweepException($"{address.Text}: the schema '{address.Schema}' of the database holds no sweep store, or a damaged "
                + "one; nothing in it was changed.");

        return version <= Newest
            ? version
            : throw new SweepException(string.Create(
                CultureInfo.InvariantCulture,
                $"{address.Text} has schema version {version}, written by a newer vicreg-sweep; this one reads up to {Newest}. Nothing in it was changed."));
    }

    /// <summary>Makes the store where there is none, and brings it to the newest schema, in one transaction.</summary>
    /// <param name="folder">Where checkpoints and artifacts are to lie; null for the database.</param>
    public static void Migrate(NpgsqlConnection connection, PostgresAddress address, string? folder)
    {
        using var transaction = connection.BeginTransaction();
        var session = new Session(connection);
        session.Execute("SELECT pg_advisory_xact_lock($1)", PostgresLocks.Whole(address.Schema));
        var found = Check(session, address) ?? 0;
        if (found == 0 && !session.Truth("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", address.Schema))
            session.Execute($"CREATE SCHEMA {address.Schema}");
        foreach (var migration in Migrations[found..]) Run(connection, migration);
        session.Execute(
            "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            Version, Newest.ToString(CultureInfo.InvariantCulture));
        if (found == 0) session.Execute("INSERT INTO meta (key, value) VALUES ($1, $2)", Identity, Guid.NewGuid().ToString("N")[..12]);
        if (found == 0 && folder is not null) session.Execute("INSERT INTO meta (key, value) VALUES ($1, $2)", Folder, folder);
        transaction.Commit();
    }

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
