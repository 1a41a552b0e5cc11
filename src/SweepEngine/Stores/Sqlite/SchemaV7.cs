namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Trials that are built on others, and the files that trials leave. Released: it is never edited.</summary>
internal static class SchemaV7
{
    public const string Sql =
        """
        ALTER TABLE trial ADD COLUMN stage INTEGER REFERENCES trial (number);   -- what it is built on; null: it stands on its own

        CREATE INDEX trial_stage ON trial (stage) WHERE stage IS NOT NULL;

        -- Files that trials have left. They lie in the folder "artifacts" beside the database.
        CREATE TABLE trial_artifact (
            trial   INTEGER NOT NULL REFERENCES trial (number),
            name    TEXT NOT NULL,
            file    TEXT NOT NULL,
            bytes   INTEGER NOT NULL,
            sha256  TEXT NOT NULL,
            best_by TEXT,                      -- what the trial is the best of its sweep by, and keeps the file for; null: it keeps it in any case
            value   REAL,                      -- the trial's value of that
            PRIMARY KEY (trial, name)
        ) STRICT, WITHOUT ROWID;
        """;
}
