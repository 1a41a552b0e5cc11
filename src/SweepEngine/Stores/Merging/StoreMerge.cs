using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores.Merging;

/// <summary>
/// Unites a store with another by the trials' ids. Results are taken over where there is none yet; what has one keeps it. The
/// other store is only read. Doing it again changes nothing.
/// </summary>
internal sealed class StoreMerge(SqliteConnection connection, string path, ParameterCatalogue catalogue, TimeProvider time)
{
    public MergeReport Run(string from)
    {
        RefuseWhereSomebodyWorks();
        // Looked into first: only whole stores of this schema are attached.
        using (var other = SqliteStore.OpenReader(from)) other.RefuseDamage();
        StoreFault.Guard(from, () => connection.Execute("ATTACH DATABASE @file AS source", new { file = StorePath.BehindLinks(from) }));
        try
        {
            return StoreFault.Guard(path, () => Unite(from));
        }
        finally
        {
            connection.Execute("DETACH DATABASE source");
        }
    }

    private void RefuseWhereSomebodyWorks()
    {
        if (StatusQuery.LiveStacks(connection, time.GetUtcNow()) is [var (_, worker), ..])
        {
            throw new SweepException($"{path}: a worker ({worker.Split(':')[0]}, process {worker.Split(':').ElementAtOrDefault(1)}) is at work on it; merge when it has ended.");
        }
    }

    private MergeReport Unite(string from)
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: true);
        CopyNames();
        Match();
        RefuseOtherTrials();
        RefuseOtherData(from);
        var report = new MergeReport(
            Count("here IS NULL"),
            Count("there_state <> 'pending' AND (here IS NULL OR here_state = 'pending')"),
            0,
            StoreComparison.Run(connection));
        CopyTrials();
        CopyResults();
        CopySweeps();
        transaction.Commit();
        return report with { Agreed = Count("here_state <> 'pending' AND there_state <> 'pending'") - report.Disagreements.Count };
    }

    private int Count(string condition) => connection.ExecuteScalar<int>($"SELECT count(*) FROM temp.pair WHERE {condition}");

    /// <summary>Words and parameters that this store does not know come last, and have no part in ranking and stopping.</summary>
    private void CopyNames() => connection.Execute(
        """
        INSERT INTO main.term (name, position, better, is_total, doc)
        SELECT name, (SELECT count(*) FROM main.term), better, 0, doc FROM source.term WHERE true ORDER BY position, number
        ON CONFLICT (name) DO NOTHING;
        INSERT INTO main.metric (name, position, unit, better, label, doc)
        SELECT name, (SELECT count(*) FROM main.metric), unit, better, label, doc FROM source.metric WHERE true ORDER BY position, number
        ON CONFLICT (name) DO NOTHING;
        INSERT INTO main.space (name, position, is_input, ends_trials, label, kept_by, doc)
        SELECT name, (SELECT count(*) FROM main.space), is_input, 0, label, kept_by, doc FROM source.space WHERE true ORDER BY position, number
        ON CONFLICT (name) DO NOTHING;
        INSERT INTO main.verdict (space, name, badness, manner, doc)
        SELECT h.number, v.name, v.badness, v.manner, v.doc
        FROM source.verdict v JOIN source.space s ON s.number = v.space JOIN main.space h ON h.name = s.name
        WHERE true
        ON CONFLICT DO NOTHING;
        INSERT INTO main.space_metric (space, metric)
        SELECT h.number, m.number
        FROM source.space_metric c
        JOIN source.space s ON s.number = c.space
        JOIN source.metric n ON n.number = c.metric
        JOIN main.space h ON h.name = s.name
        JOIN main.metric m ON m.name = n.name
        WHERE true
        ON CONFLICT DO NOTHING;
        INSERT INTO main.artifact (name, position, doc)
        SELECT name, (SELECT count(*) FROM main.artifact), doc FROM source.artifact WHERE true
        ON CONFLICT (name) DO NOTHING;
        INSERT INTO main.parameter (name, position, kind, default_value, doc, incidental)
        SELECT name, (SELECT count(*) FROM main.parameter), kind, default_value, doc, incidental FROM source.parameter WHERE true
        ON CONFLICT (name) DO NOTHING;
        """);

    /// <summary>Every recorded trial of the other store, with what is here of it.</summary>
    private void Match() => connection.Execute(
        """
        DROP TABLE IF EXISTS temp.pair;
        CREATE TEMP TABLE pair AS
            SELECT s.number AS there, s.id, s.state AS there_state, t.number AS here, t.state AS here_state, s.stack AS there_stack
            FROM source.recorded_trial s
            LEFT JOIN main.trial t ON t.id = s.id
            ORDER BY s.number;
        """);

    /// <summary>Ids are short: what has the same here and there may yet be two trials.</summary>
    private void RefuseOtherTrials()
    {
        foreach (var (id, here, seed, there, otherSeed) in connection.Query<(string, string, long, string, long)>(
            """
            SELECT p.id, t.settings, t.seed, s.settings, s.seed
            FROM temp.pair p
            JOIN main.trial t ON t.number = p.here
            JOIN source.trial s ON s.number = p.there
            WHERE t.settings <> s.settings OR t.seed <> s.seed
            """))
        {
            if (TrialIdentity.Difference(here, seed, there, otherSeed, catalogue) is { } difference) throw TrialIdentity.Collision(path, id, difference);
        }
    }

    /// <summary>Trials of one store are compared with each other, so that what they were trained on must be the same.</summary>
    private void RefuseOtherData(string from)
    {
        var here = InputContents.Read(connection, "main").ToDictionary(i => (i.Input.Settings, i.Input.Part));
        foreach (var there in InputContents.Read(connection, "source"))
        {
            if (here.TryGetValue((there.Input.Settings, there.Input.Part), out var mine) && mine.Input.Content != there.Input.Content)
            {
                throw new SweepException(
                    $"{from} cannot be merged into {path}: its {there.Input.Part} (in {there.Input.Place}) are others than those here (in {mine.Input.Place}), "
                    + "though the settings name them alike. Trials of one store must have been trained on the same.");
            }
        }
    }

    private void CopyTrials()
    {
        connection.Execute(
            """
            INSERT INTO main.trial (id, point, block, seed, settings, planned, stack_key, created_utc)
            SELECT t.id, t.point, t.block, t.seed, t.settings, 0, t.stack_key, t.created_utc
            FROM temp.pair p JOIN source.trial t ON t.number = p.there
            WHERE p.here IS NULL
            ORDER BY p.there;
            DROP TABLE IF EXISTS temp.taken;
            CREATE TEMP TABLE taken AS
                SELECT p.there, t.number AS here, p.there_stack
                FROM temp.pair p JOIN main.trial t ON t.id = p.id
                WHERE p.there_state <> 'pending' AND coalesce(p.here_state, 'pending') = 'pending';
            DELETE FROM main.logged_step WHERE trial IN (SELECT here FROM temp.taken);
            DELETE FROM main.evaluation WHERE trial IN (SELECT here FROM temp.taken);
            DELETE FROM main.kept_vectors WHERE step > 0 AND trial IN (SELECT here FROM temp.taken);
            UPDATE main.trial SET
                (stack, state, failure_class, reason, epochs, steps, seconds, retries, started_utc, finished_utc, digest) =
                (SELECT NULL, s.state, s.failure_class, s.reason, s.epochs, s.steps, s.seconds, s.retries, s.started_utc, s.finished_utc,
                        s.digest
                 FROM temp.taken k JOIN source.trial s ON s.number = k.there WHERE k.here = trial.number)
            WHERE number IN (SELECT here FROM temp.taken);
            """);
        CopyStacks();
        connection.Execute(
            """
            UPDATE main.stack SET finished_utc = @now,
                checkpoint_step = NULL, checkpoint_file = NULL, checkpoint_sha256 = NULL, checkpoint_seconds = NULL,
                previous_step = NULL, previous_file = NULL, previous_sha256 = NULL, previous_seconds = NULL
            WHERE finished_utc IS NULL AND NOT EXISTS (SELECT 1 FROM main.trial WHERE stack = stack.number AND state = 'pending')
            """,
            new { now = StoreTime.Text(time.GetUtcNow()) });
    }

    /// <summary>The stacks that results come from say on what machine they came about.</summary>
    private void CopyStacks()
    {
        foreach (var there in connection.Query<long>("SELECT DISTINCT there_stack FROM temp.taken WHERE there_stack IS NOT NULL ORDER BY 1").AsList())
        {
            var here = connection.ExecuteScalar<long>(
                """
                INSERT INTO main.stack (token, environment, created_utc, finished_utc)
                SELECT token, environment, created_utc, coalesce(finished_utc, @now) FROM source.stack WHERE number = @there
                RETURNING number
                """,
                new { there, now = StoreTime.Text(time.GetUtcNow()) });
            connection.Execute(
                """
                UPDATE main.trial SET stack = @here WHERE number IN (SELECT here FROM temp.taken WHERE there_stack = @there);
                INSERT INTO main.stack_member (stack, place, trial)
                SELECT @here, m.place, k.here
                FROM source.stack_member m JOIN temp.taken k ON k.there = m.trial
                WHERE m.stack = @there AND k.there_stack = @there;
                INSERT INTO main.stage_time (stack, stage, seconds)
                SELECT @here, stage, seconds FROM source.stage_time WHERE stack = @there
                """,
                new { here, there });
        }
    }

    private void CopyResults() => connection.Execute(
        """
        INSERT INTO main.input (settings, part, content, place, seen_utc)
        SELECT settings, part, content, place, seen_utc FROM source.input WHERE true
        ON CONFLICT DO NOTHING;
        INSERT INTO main.stack_break (broke_utc, width, trials, failure_class, reason)
        SELECT broke_utc, width, trials, failure_class, reason FROM source.stack_break ORDER BY number
        ON CONFLICT DO NOTHING;
        INSERT INTO main.logged_step (trial, step, epoch, batches)
        SELECT k.here, l.step, l.epoch, l.batches
        FROM temp.taken k JOIN source.logged_step l ON l.trial = k.there;
        INSERT INTO main.term_value (trial, step, term, value)
        SELECT k.here, v.step, h.number, v.value
        FROM temp.taken k
        CROSS JOIN source.term_value v ON v.trial = k.there
        CROSS JOIN source.term t ON t.number = v.term
        CROSS JOIN main.term h ON h.name = t.name;
        INSERT INTO main.evaluation (trial, step, space, epoch, verdict, evidence, spectrum)
        SELECT k.here, e.step, e.space, e.epoch, e.verdict, e.evidence, e.spectrum
        FROM temp.taken k JOIN source.evaluation e ON e.trial = k.there
        ORDER BY k.here, e.step, e.space;
        INSERT INTO main.panel (evaluation, metric, value)
        SELECT e.number, m.number, p.value
        FROM temp.taken k
        CROSS JOIN source.evaluation s ON s.trial = k.there
        CROSS JOIN source.panel p ON p.evaluation = s.number
        CROSS JOIN source.metric n ON n.number = p.metric
        CROSS JOIN main.metric m ON m.name = n.name
        CROSS JOIN main.evaluation e ON e.trial = k.here AND e.step = s.step AND e.space = s.space;
        INSERT INTO main.kept_images (bank, labels)
        SELECT bank, labels FROM source.kept_images WHERE true
        ON CONFLICT (bank) DO UPDATE SET labels = excluded.labels WHERE length(excluded.labels) > length(labels);
        INSERT INTO main.kept_vectors (trial, step, epoch, space, bank, dimension, centre, scale, samples)
        SELECT h.number, e.step, e.epoch, e.space, e.bank, e.dimension, e.centre, e.scale, e.samples
        FROM source.kept_vectors e
        JOIN source.trial o ON o.number = e.trial
        JOIN main.trial h ON h.id = o.id
        WHERE e.step = 0 OR o.number IN (SELECT there FROM temp.taken)
        ON CONFLICT DO NOTHING;
        INSERT INTO main.baseline (name, space, verdict, evidence, spectrum)
        SELECT name, space, verdict, evidence, spectrum FROM source.baseline WHERE true
        ON CONFLICT (name) DO NOTHING;
        INSERT INTO main.baseline_value (baseline, metric, value)
        SELECT b.number, m.number, v.value
        FROM source.baseline s
        JOIN main.baseline b ON b.name = s.name AND NOT EXISTS (SELECT 1 FROM main.baseline_value WHERE baseline = b.number)
        JOIN source.baseline_value v ON v.baseline = s.number
        JOIN source.metric n ON n.number = v.metric
        JOIN main.metric m ON m.name = n.name;
        """);

    /// <summary>A sweep of a name that is here already keeps its file and rules, and has the other's trials too.</summary>
    private void CopySweeps() => connection.Execute(
        """
        CREATE TEMP TABLE IF NOT EXISTS novel (name TEXT PRIMARY KEY);
        DELETE FROM temp.novel;
        INSERT INTO temp.novel SELECT name FROM source.sweep WHERE name NOT IN (SELECT name FROM main.sweep);
        INSERT INTO main.sweep (name, question, created_utc, stop, most_retries, stack_width)
        SELECT name, question, created_utc, stop, most_retries, stack_width
        FROM source.sweep WHERE name IN (SELECT name FROM temp.novel) ORDER BY number;
        INSERT INTO main.sweep_file (sweep, revision, text, registered_utc)
        SELECT h.number, f.revision, f.text, f.registered_utc
        FROM source.sweep_file f
        JOIN source.sweep s ON s.number = f.sweep
        JOIN main.sweep h ON h.name = s.name
        WHERE s.name IN (SELECT name FROM temp.novel);
        INSERT INTO main.sweep_trial (sweep, trial)
        SELECT h.number, t.number
        FROM source.sweep_trial st
        JOIN source.sweep s ON s.number = st.sweep
        JOIN main.sweep h ON h.name = s.name
        JOIN source.trial o ON o.number = st.trial
        JOIN main.trial t ON t.id = o.id
        WHERE true
        ON CONFLICT DO NOTHING;
        UPDATE main.trial SET planned = 1 - planned
        WHERE planned <> EXISTS (SELECT 1 FROM main.sweep_trial WHERE trial = trial.number);
        """);
}
