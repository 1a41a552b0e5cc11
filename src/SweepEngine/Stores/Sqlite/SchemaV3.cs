namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Embeddings to look at, and where the time of a stack went. Released: it is never edited.</summary>
internal static class SchemaV3
{
    public const string Sql =
        """
        CREATE INDEX trial_point ON trial (point, seed);

        -- The held-out images that embeddings are kept of, once a feature bank.
        CREATE TABLE kept_images (
            bank   TEXT PRIMARY KEY,
            labels BLOB NOT NULL              -- int32, little-endian: the class of every image
        ) STRICT, WITHOUT ROWID;

        -- What a trial makes of the first of these images: centre + scale * samples.
        -- Step 0, before training, is kept for the first trial of its stack_key and seed alone: it is the same for all of them.
        CREATE TABLE embedding (
            number    INTEGER PRIMARY KEY,
            trial     INTEGER NOT NULL REFERENCES trial (number),
            step      INTEGER NOT NULL,
            epoch     INTEGER NOT NULL,
            space     TEXT NOT NULL,
            bank      TEXT NOT NULL REFERENCES kept_images (bank),
            dimension INTEGER NOT NULL,
            centre    BLOB NOT NULL,          -- float32, little-endian: one number a dimension
            scale     REAL NOT NULL,
            samples   BLOB NOT NULL,          -- float16, little-endian: one row of numbers an image
            UNIQUE (trial, step, space)
        ) STRICT;

        CREATE INDEX embedding_before ON embedding (space, trial) WHERE step = 0;

        -- 1: no part of a trial's identity, such as where data lie.
        ALTER TABLE parameter ADD COLUMN incidental INTEGER NOT NULL DEFAULT 0 CHECK (incidental IN (0, 1));

        -- Wall time of the whole stack, over all its leases.
        CREATE TABLE stage_time (
            stack   INTEGER NOT NULL REFERENCES stack (number),
            stage   TEXT NOT NULL,            -- feature bank, training, evaluation
            seconds REAL NOT NULL,
            PRIMARY KEY (stack, stage)
        ) STRICT, WITHOUT ROWID;
        """;
}
