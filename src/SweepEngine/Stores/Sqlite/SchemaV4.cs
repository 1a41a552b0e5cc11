namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Stacks that broke, and what trials were trained on. Released: it is never edited.</summary>
internal static class SchemaV4
{
    public const string Sql =
        """
        -- A stack that broke while it was trained, whoever was told of it.
        CREATE TABLE stack_break (
            number        INTEGER PRIMARY KEY,
            broke_utc     TEXT NOT NULL,
            width         INTEGER NOT NULL,   -- how many trials were trained together
            trials        TEXT NOT NULL CHECK (json_valid(trials)),   -- ids of those that had not ended, as a JSON array
            failure_class TEXT NOT NULL CHECK (failure_class IN ('out_of_memory', 'error')),
            reason        TEXT NOT NULL,
            UNIQUE (broke_utc, trials)
        ) STRICT;

        -- What the settings of trials led to when the first of them was trained: a row for each thing that lies in files or
        -- is drawn by chance. The same settings must lead to the same content for as long as the store is used.
        CREATE TABLE input (
            settings TEXT NOT NULL,           -- those that decide it; not where it lies
            part     TEXT NOT NULL,           -- such as training images
            content  TEXT NOT NULL,           -- its checksum
            place    TEXT NOT NULL,           -- where it lay
            seen_utc TEXT NOT NULL,
            PRIMARY KEY (settings, part)
        ) STRICT, WITHOUT ROWID;
        """;
}
