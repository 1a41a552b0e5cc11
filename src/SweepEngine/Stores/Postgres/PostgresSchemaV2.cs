namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>Sweeps whose points are chosen in generations: SQLite's ninth schema. Released: it is never edited.</summary>
internal static class PostgresSchemaV2
{
    public const string Sql =
        """
        ALTER TABLE sweep ADD COLUMN generations bigint NOT NULL DEFAULT 1 CHECK (generations >= 1);       -- how many there are to be
        ALTER TABLE sweep_trial ADD COLUMN generation bigint NOT NULL DEFAULT 1 CHECK (generation >= 1);   -- of the sweep, that chose the trial
        """;
}
