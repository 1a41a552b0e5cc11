namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Sweeps whose points are chosen in generations. Released: it is never edited.</summary>
internal static class SchemaV9
{
    public const string Sql =
        """
        ALTER TABLE sweep ADD COLUMN generations INTEGER NOT NULL DEFAULT 1 CHECK (generations >= 1);      -- how many there are to be
        ALTER TABLE sweep_trial ADD COLUMN generation INTEGER NOT NULL DEFAULT 1 CHECK (generation >= 1);  -- of the sweep, that chose the trial
        """;
}
