namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>
/// How far the worker of a stack is, for people who watch; and trials that somebody takes back while a worker has them. Released: it is
/// never edited.
/// </summary>
internal static class SchemaV8
{
    public const string Sql =
        """
        -- What the stack's worker was at when it last recorded something; null: nobody has said so under this lease.
        ALTER TABLE stack ADD COLUMN activity TEXT;
        ALTER TABLE stack ADD COLUMN done INTEGER;     -- of total
        ALTER TABLE stack ADD COLUMN total INTEGER;
        ALTER TABLE stack ADD COLUMN unit TEXT;        -- what is counted, in the plural

        -- Who has asked for the end of a trial that a worker had; null: nobody, or it has ended.
        ALTER TABLE trial ADD COLUMN cancelled_by TEXT;

        CREATE INDEX trial_cancelled ON trial (number) WHERE cancelled_by IS NOT NULL;
        """;
}
