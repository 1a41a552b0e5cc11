namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Rules of a sweep, and checkpoints that are verified and have one before them. Released: it is never edited.</summary>
internal static class SchemaV2
{
    public const string Sql =
        """
        -- Checksum of what is recorded of a trial that has ended; null in one that has not, or ended before there was one.
        ALTER TABLE trial ADD COLUMN digest TEXT;

        -- How the sweep's trials are run: what its file said when it was last registered.
        ALTER TABLE sweep ADD COLUMN stop TEXT CHECK (json_valid(stop));                       -- null: no rule
        ALTER TABLE sweep ADD COLUMN most_retries INTEGER NOT NULL DEFAULT 1 CHECK (most_retries >= 0);
        ALTER TABLE sweep ADD COLUMN stack_width INTEGER CHECK (stack_width >= 1);             -- null: the runner's choice

        -- Files lie in the folder "checkpoints" beside the database. The one before the newest serves should that be damaged.
        ALTER TABLE stack ADD COLUMN checkpoint_sha256 TEXT;                                   -- null: written before there was one
        ALTER TABLE stack ADD COLUMN checkpoint_seconds REAL;                                  -- each trial's share of the wall time
        ALTER TABLE stack ADD COLUMN previous_step INTEGER;
        ALTER TABLE stack ADD COLUMN previous_file TEXT;
        ALTER TABLE stack ADD COLUMN previous_sha256 TEXT;
        ALTER TABLE stack ADD COLUMN previous_seconds REAL;
        UPDATE stack SET checkpoint_file = replace(checkpoint_file, 'checkpoints/', ''), checkpoint_seconds = 0
        WHERE checkpoint_file IS NOT NULL;

        -- Leases that ended without a word since the last checkpoint: a stack that ends its workers shows by them.
        ALTER TABLE stack ADD COLUMN lost_leases INTEGER NOT NULL DEFAULT 0;

        -- The step of the first checkpoint that a trial is not in any more; null while it is in all.
        ALTER TABLE stack_member ADD COLUMN left_step INTEGER;
        UPDATE stack_member
        SET left_step = coalesce((SELECT checkpoint_step FROM stack WHERE number = stack_member.stack), 0)
        WHERE in_checkpoint = 0;
        ALTER TABLE stack_member DROP COLUMN in_checkpoint;
        """;
}
