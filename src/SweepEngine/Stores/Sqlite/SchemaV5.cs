using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>
/// Terms, spaces, verdicts, metrics and artifacts as the runner declares them: one row a term and step, and no word of a
/// runner in the schema. Released: it is never edited.
/// </summary>
internal static class SchemaV5
{
    private const string Declarations =
        """
        CREATE TABLE term (
            number   INTEGER PRIMARY KEY,
            name     TEXT NOT NULL UNIQUE,
            position INTEGER NOT NULL,         -- where it stands in exports
            better   TEXT NOT NULL CHECK (better IN ('more', 'less', 'neither')),
            is_total INTEGER NOT NULL CHECK (is_total IN (0, 1)),   -- 1: the weighted sum of the others
            doc      TEXT NOT NULL
        ) STRICT;

        CREATE TABLE space (
            number      INTEGER PRIMARY KEY,
            name        TEXT NOT NULL UNIQUE,
            position    INTEGER NOT NULL,      -- where it stands in exports
            is_input    INTEGER NOT NULL CHECK (is_input IN (0, 1)),      -- 1: what trials share; recorded as a baseline
            ends_trials INTEGER NOT NULL CHECK (ends_trials IN (0, 1)),   -- 1: stop.collapse looks at its verdicts
            label       TEXT,                  -- what people call it; null: its name
            kept_by     TEXT,                  -- the parameter that says how many of its vectors are kept; null: none are
            doc         TEXT NOT NULL
        ) STRICT;

        -- What a space may be judged to be.
        CREATE TABLE verdict (
            space   INTEGER NOT NULL REFERENCES space (number),
            name    TEXT NOT NULL,
            badness INTEGER NOT NULL,          -- 0: healthy; the worst has the largest number
            manner  TEXT NOT NULL,
            doc     TEXT NOT NULL,
            PRIMARY KEY (space, name)
        ) STRICT, WITHOUT ROWID;

        -- Which metrics a space has.
        CREATE TABLE space_metric (
            space  INTEGER NOT NULL REFERENCES space (number),
            metric INTEGER NOT NULL REFERENCES metric (number),
            PRIMARY KEY (space, metric)
        ) STRICT, WITHOUT ROWID;

        -- Files that finished trials may leave.
        CREATE TABLE artifact (
            name     TEXT PRIMARY KEY,
            position INTEGER NOT NULL,
            doc      TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE metric ADD COLUMN unit TEXT NOT NULL DEFAULT '';
        ALTER TABLE metric ADD COLUMN better TEXT NOT NULL DEFAULT 'neither' CHECK (better IN ('more', 'less', 'neither'));
        ALTER TABLE metric ADD COLUMN label TEXT;                -- what people call it; null: its name
        ALTER TABLE metric ADD COLUMN headline INTEGER;          -- 1: it says most; null: none of the few that say most

        CREATE TABLE logged_step (
            trial   INTEGER NOT NULL REFERENCES trial (number),
            step    INTEGER NOT NULL,
            epoch   INTEGER NOT NULL,
            batches INTEGER NOT NULL,          -- over which the terms are averaged
            PRIMARY KEY (trial, step)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE term_value (
            trial INTEGER NOT NULL,
            step  INTEGER NOT NULL,
            term  INTEGER NOT NULL REFERENCES term (number),
            value REAL,                        -- null where not finite
            PRIMARY KEY (trial, step, term),
            FOREIGN KEY (trial, step) REFERENCES logged_step (trial, step) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        """;

    /// <summary>The words that were fixed until now. A store that is just being made has no row in <c>meta</c>, and gets none of them.</summary>
    private const string OldWords =
        """
        INSERT INTO term (number, name, position, better, is_total, doc)
        SELECT column1, column2, column1 - 1, 'less', column1 = 1, ''
        FROM (VALUES (1, 'total'), (2, 'invariance'), (3, 'variance'), (4, 'covariance'))
        WHERE EXISTS (SELECT 1 FROM meta);

        INSERT INTO space (name, position, is_input, ends_trials, kept_by, doc)
        SELECT column2, column1, 0, column2 = 'representation', NULL, ''
        FROM (VALUES (0, 'embedding'), (1, 'representation'))
        WHERE EXISTS (SELECT 1 FROM meta);
        INSERT INTO space (name, position, is_input, ends_trials, kept_by, doc)
        SELECT name, 2, from_baseline, 0, NULL, ''
        FROM (SELECT space AS name, 0 AS from_baseline FROM evaluation UNION SELECT space, 1 FROM baseline)
        WHERE true ORDER BY from_baseline, name
        ON CONFLICT (name) DO NOTHING;

        INSERT INTO verdict (space, name, badness, manner, doc)
        SELECT s.number, column2, column1, column3, ''
        FROM space s, (VALUES (0, 'none', ''), (1, 'dimensional', 'in dimension'), (2, 'complete', 'completely'));

        INSERT INTO space_metric (space, metric)
        SELECT s.number, m.number FROM space s, metric m;

        INSERT INTO logged_step (trial, step, epoch, batches) SELECT trial, step, epoch, batches FROM loss ORDER BY trial, step;
        INSERT INTO term_value (trial, step, term, value)
        SELECT l.trial, l.step, t.number, CASE t.number WHEN 1 THEN l.total WHEN 2 THEN l.invariance WHEN 3 THEN l.variance ELSE l.covariance END
        FROM loss l CROSS JOIN term t
        ORDER BY l.trial, l.step, t.number;
        """;

    /// <summary>What the schema no longer has. The views are made anew from the declarations when a store is opened for writing.</summary>
    /// <remarks>
    /// A constraint can only be taken out of a table by copying it, or by editing the schema's text, which SQLite documents for
    /// constraints (lang_altertable, section 7). Views of the user's own may name what is dropped here, and come alive again
    /// with the views that are made anew; without <c>legacy_alter_table</c> they would keep the table from being renamed.
    /// </remarks>
    private const string Removals =
        """
        DROP VIEW IF EXISTS trial_summary;
        DROP VIEW loss_curve;
        DROP TABLE loss;

        PRAGMA legacy_alter_table = ON;
        DROP INDEX embedding_before;
        ALTER TABLE embedding RENAME TO kept_vectors;
        CREATE INDEX kept_vectors_before ON kept_vectors (space, trial) WHERE step = 0;
        PRAGMA legacy_alter_table = OFF;

        PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = replace(sql, ' CHECK (verdict IN (''none'', ''dimensional'', ''complete''))', '')
        WHERE type = 'table' AND name IN ('evaluation', 'baseline');
        PRAGMA writable_schema = RESET;
        """;

    private const string OldTerms =
        "SELECT step, epoch, batches, total, invariance, variance, covariance FROM loss WHERE trial = @trial ORDER BY step";

    public static void Run(SqliteConnection connection)
    {
        connection.Execute(Declarations);
        connection.Execute(OldWords);
        SealAnew(connection);
        connection.Execute(Removals);
    }

    /// <summary>
    /// Gives ended trials the checksum of what is now recorded of them. One that does not have its old checksum keeps it, and so
    /// is still told to be damaged.
    /// </summary>
    private static void SealAnew(SqliteConnection connection)
    {
        using var before = new RowDigest(connection, OldTerms);
        using var now = new RowDigest(connection);
        using var seal = new Statement(connection, "UPDATE trial SET digest = @digest WHERE number = @trial");
        foreach (var trial in connection.Query<long>("SELECT number FROM trial WHERE digest IS NOT NULL ORDER BY number").AsList())
        {
            var old = connection.ExecuteScalar<string>("SELECT digest FROM trial WHERE number = @trial", new { trial });
            if (before.Of(trial) == old) seal.Execute(now.Of(trial), trial);
        }
    }
}
