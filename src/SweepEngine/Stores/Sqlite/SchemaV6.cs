using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Checkpoints as rows, and checksums over values, which are the same in every database. Released: it is never edited.</summary>
internal static partial class SchemaV6
{
    /// <summary>The version from which on ended trials have checksums over values.</summary>
    public const int Version = 6;

    private const string Checkpoints =
        """
        -- What a stack can go on from: its last two checkpoints. Files lie in the folder "checkpoints" beside the database.
        CREATE TABLE stack_checkpoint (
            stack   INTEGER NOT NULL REFERENCES stack (number),
            step    INTEGER NOT NULL,
            file    TEXT NOT NULL,
            sha256  TEXT,                      -- null: written before there was one
            seconds REAL NOT NULL,             -- each trial's share of the wall time until then
            PRIMARY KEY (stack, step)
        ) STRICT, WITHOUT ROWID;

        INSERT INTO stack_checkpoint (stack, step, file, sha256, seconds)
        SELECT number, checkpoint_step, checkpoint_file, checkpoint_sha256, coalesce(checkpoint_seconds, 0) FROM stack WHERE checkpoint_file IS NOT NULL;
        INSERT INTO stack_checkpoint (stack, step, file, sha256, seconds)
        SELECT number, previous_step, previous_file, previous_sha256, coalesce(previous_seconds, 0)
        FROM stack WHERE previous_file IS NOT NULL AND previous_step IS NOT NULL
        ON CONFLICT DO NOTHING;
        """;

    private static readonly string[] OldColumns =
    [
        "checkpoint_step", "checkpoint_file", "checkpoint_sha256", "checkpoint_seconds",
        "previous_step", "previous_file", "previous_sha256", "previous_seconds",
    ];

    public static void Run(SqliteConnection connection)
    {
        connection.Execute(Checkpoints);
        DropOldColumns(connection);
    }

    /// <remarks>
    /// A constraint can only be taken out of a table by copying it, or by editing the schema's text, as in <see cref="SchemaV5"/>. Where the
    /// schema may not be written, SQLite drops no column as long as a view names something that is not there, as a user's view of
    /// <c>loss</c> does until the views are made anew.
    /// </remarks>
    private static void DropOldColumns(SqliteConnection connection)
    {
        var table = connection.QuerySingle<string>("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'stack'");
        connection.Execute("PRAGMA writable_schema = ON");
        connection.Execute("UPDATE sqlite_master SET sql = @sql WHERE type = 'table' AND name = 'stack'", new { sql = OldConstraint().Replace(table, "") });
        connection.Execute("PRAGMA writable_schema = RESET");
        connection.Execute("PRAGMA writable_schema = ON");
        foreach (var column in OldColumns) connection.Execute($"ALTER TABLE stack DROP COLUMN {column}");
        connection.Execute("PRAGMA writable_schema = RESET");
    }

    /// <summary>
    /// Gives ended trials the checksum of the values that are recorded of them. One that does not have its old checksum keeps it, and so is
    /// still told to be damaged. To be called once the schema is the newest, since that is what rows are read by.
    /// </summary>
    public static void SealAnew(SqliteConnection connection)
    {
        var trials = connection.Query<(long Number, string Digest)>("SELECT number, digest FROM trial WHERE digest IS NOT NULL ORDER BY number").AsList();
        if (trials.Count == 0) return;

        using var before = new RowDigest(connection);
        using var rows = new SqliteRows(connection, connection.DataSource, TimeProvider.System);
        using var seal = new Statement(connection, "UPDATE trial SET digest = @digest WHERE number = @trial");
        foreach (var (trial, digest) in trials)
        {
            if (before.Of(trial) == digest) seal.Execute(TrialDigest.Of(rows, rows.Trial(trial)), trial);
        }
    }

    [GeneratedRegex(@",\s*CHECK\s*\(\(checkpoint_step IS NULL\)\s*=\s*\(checkpoint_file IS NULL\)\)", RegexOptions.CultureInvariant)]
    private static partial Regex OldConstraint();
}
