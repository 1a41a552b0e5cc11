namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>The first schema. Released: it is never edited; what changes later is a further migration.</summary>
internal static class SchemaV1
{
    public const string Sql =
        """
        CREATE TABLE meta (
            key   TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE parameter (
            name          TEXT PRIMARY KEY,
            position      INTEGER NOT NULL,    -- where it stands in exports
            kind          TEXT NOT NULL,
            default_value TEXT,
            doc           TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE metric (
            number   INTEGER PRIMARY KEY,
            name     TEXT NOT NULL UNIQUE,
            position INTEGER NOT NULL,         -- where it stands in exports
            doc      TEXT NOT NULL
        ) STRICT;

        CREATE TABLE sweep (
            number      INTEGER PRIMARY KEY,
            name        TEXT NOT NULL UNIQUE,
            question    TEXT NOT NULL,
            created_utc TEXT NOT NULL
        ) STRICT;

        -- Every text that the sweep's file has had, oldest first.
        CREATE TABLE sweep_file (
            sweep          INTEGER NOT NULL REFERENCES sweep (number),
            revision       INTEGER NOT NULL,
            text           TEXT NOT NULL,
            registered_utc TEXT NOT NULL,
            PRIMARY KEY (sweep, revision)
        ) STRICT, WITHOUT ROWID;

        -- Trained together, or to be resumed together. The worker and its lease are null when nobody trains it.
        CREATE TABLE stack (
            number          INTEGER PRIMARY KEY,
            token           INTEGER NOT NULL DEFAULT 0,   -- grows with every lease: fences late workers off
            worker          TEXT,
            lease_until     TEXT,
            environment     TEXT,                         -- device and versions of the last lease, as JSON
            checkpoint_step INTEGER,
            checkpoint_file TEXT,                         -- relative to the database's folder
            created_utc     TEXT NOT NULL,
            finished_utc    TEXT,                         -- when none of its trials was pending any more
            CHECK ((worker IS NULL) = (lease_until IS NULL)),
            CHECK ((checkpoint_step IS NULL) = (checkpoint_file IS NULL))
        ) STRICT;

        CREATE INDEX stack_open ON stack (number) WHERE finished_utc IS NULL;

        CREATE TABLE trial (
            number        INTEGER PRIMARY KEY,            -- the order in which they run
            id            TEXT NOT NULL UNIQUE,
            point         TEXT NOT NULL,                  -- equal for trials that differ in the seed alone
            block         TEXT NOT NULL,
            seed          INTEGER NOT NULL,
            settings      TEXT NOT NULL CHECK (json_valid(settings)),
            planned       INTEGER NOT NULL DEFAULT 1 CHECK (planned IN (0, 1)),   -- 0: no sweep file names it any more
            stack_key     TEXT NOT NULL,
            stack         INTEGER REFERENCES stack (number),
            alone         INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)),     -- 1: a stack that it was in broke
            retries       INTEGER NOT NULL DEFAULT 0,
            state         TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'completed', 'stopped', 'failed')),
            failure_class TEXT CHECK (failure_class IN ('diverged', 'out_of_memory', 'timeout', 'error')),
            reason        TEXT,
            epochs        INTEGER,
            steps         INTEGER,
            seconds       REAL,                           -- wall time, the stack's shared equally
            created_utc   TEXT NOT NULL,
            started_utc   TEXT,
            finished_utc  TEXT,
            CHECK ((state = 'failed') = (failure_class IS NOT NULL)),
            CHECK ((state = 'pending') = (finished_utc IS NULL))
        ) STRICT;

        CREATE INDEX trial_stack ON trial (stack) WHERE stack IS NOT NULL;
        CREATE INDEX trial_waiting ON trial (number)
            WHERE state = 'pending' AND stack IS NULL AND planned = 1;
        CREATE INDEX trial_waiting_by_key ON trial (stack_key, number)
            WHERE state = 'pending' AND stack IS NULL AND planned = 1;
        CREATE INDEX trial_finished ON trial (finished_utc) WHERE finished_utc IS NOT NULL;

        CREATE TABLE sweep_trial (
            sweep INTEGER NOT NULL REFERENCES sweep (number),
            trial INTEGER NOT NULL REFERENCES trial (number),
            PRIMARY KEY (sweep, trial)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX sweep_trial_trial ON sweep_trial (trial);

        -- Who lay where along the stack's trial axis, for good: a trial that is run again joins another stack.
        CREATE TABLE stack_member (
            stack         INTEGER NOT NULL REFERENCES stack (number),
            place         INTEGER NOT NULL,
            trial         INTEGER NOT NULL REFERENCES trial (number),
            in_checkpoint INTEGER NOT NULL DEFAULT 1 CHECK (in_checkpoint IN (0, 1)),   -- 0: done before the checkpoint
            PRIMARY KEY (stack, place)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX stack_member_trial ON stack_member (trial);

        -- Raw terms, averaged over the batches up to this step; null where not finite.
        CREATE TABLE loss (
            trial      INTEGER NOT NULL REFERENCES trial (number),
            step       INTEGER NOT NULL,
            epoch      INTEGER NOT NULL,
            batches    INTEGER NOT NULL,
            total      REAL,
            invariance REAL,
            variance   REAL,
            covariance REAL,
            PRIMARY KEY (trial, step)
        ) STRICT, WITHOUT ROWID;

        -- One space of one trial looked at once.
        CREATE TABLE evaluation (
            number   INTEGER PRIMARY KEY,
            trial    INTEGER NOT NULL REFERENCES trial (number),
            step     INTEGER NOT NULL,
            space    TEXT NOT NULL,
            epoch    INTEGER NOT NULL,
            verdict  TEXT NOT NULL CHECK (verdict IN ('none', 'dimensional', 'complete')),
            evidence TEXT NOT NULL,
            spectrum TEXT NOT NULL CHECK (json_valid(spectrum)),   -- singular values, largest first
            UNIQUE (trial, step, space)
        ) STRICT;

        CREATE TABLE panel (
            evaluation INTEGER NOT NULL REFERENCES evaluation (number) ON DELETE CASCADE,
            metric     INTEGER NOT NULL REFERENCES metric (number),
            value      REAL,                                       -- null where undefined
            PRIMARY KEY (evaluation, metric)
        ) STRICT, WITHOUT ROWID;

        -- The panel of what the trials share, such as the backbone's features.
        CREATE TABLE baseline (
            number   INTEGER PRIMARY KEY,
            name     TEXT NOT NULL UNIQUE,
            space    TEXT NOT NULL,
            verdict  TEXT NOT NULL CHECK (verdict IN ('none', 'dimensional', 'complete')),
            evidence TEXT NOT NULL,
            spectrum TEXT NOT NULL CHECK (json_valid(spectrum))
        ) STRICT;

        CREATE TABLE baseline_value (
            baseline INTEGER NOT NULL REFERENCES baseline (number) ON DELETE CASCADE,
            metric   INTEGER NOT NULL REFERENCES metric (number),
            value    REAL,
            PRIMARY KEY (baseline, metric)
        ) STRICT, WITHOUT ROWID;

        -- What is exported: every planned trial, and every trial that has a result.
        CREATE VIEW recorded_trial AS
            SELECT number, id, point, block, seed, settings, stack, state, failure_class, reason, epochs, steps, seconds,
                   created_utc, started_utc, finished_utc
            FROM trial
            WHERE planned = 1 OR state <> 'pending';

        CREATE VIEW loss_curve AS
            SELECT t.number, t.id, t.seed, l.epoch, l.step, l.batches, l.total, l.invariance, l.variance, l.covariance
            FROM recorded_trial t
            JOIN loss l ON l.trial = t.number;

        CREATE VIEW metric_curve AS
            SELECT t.number, t.id, t.seed, e.epoch, e.step, e.space, m.name AS metric, p.value
            FROM recorded_trial t
            JOIN evaluation e ON e.trial = t.number
            JOIN panel p ON p.evaluation = e.number
            JOIN metric m ON m.number = p.metric;
        """;
}
