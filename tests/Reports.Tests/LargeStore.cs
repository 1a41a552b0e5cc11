using Microsoft.Data.Sqlite;

namespace VicRegSweeps.Reports.Tests;

/// <summary>Makes a store large by copying its first trial within SQLite: a million trials in minutes, without training or registering them.</summary>
internal static class LargeStore
{
    /// <summary>Steps along each axis: a hundred cubed are a million.</summary>
    public const int Side = 100;

    /// <param name="path">A store whose trial 1 has completed.</param>
    /// <param name="trials">How many trials to add, each its own point.</param>
    /// <param name="parameters">Three numbers that the trials differ in; with <see cref="Side"/> cubed trials they are a complete grid.</param>
    public static void AddTrials(string path, int trials, params IReadOnlyList<string> parameters) => Execute(path, $"""
        CREATE TEMP TABLE copy AS
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {trials})
            SELECT i, (SELECT max(number) FROM trial) + i AS number FROM n;
        -- A digest is left out, as in stores that were made before there was one.
        INSERT INTO trial (number, id, point, block, seed, settings, stack_key, state, epochs, steps, seconds, created_utc, started_utc, finished_utc)
            SELECT c.number, printf('%08x%08x', c.number, (c.i * 2654435761) & 4294967295), printf('p%08x', c.number), t.block, t.seed,
                json_set(t.settings, '$."{parameters[0]}"', (c.i - 1) % {Side} + 0.5, '$."{parameters[1]}"', (c.i - 1) / {Side} % {Side} + 0.5,
                    '$."{parameters[2]}"', (c.i - 1) / {Side * Side} + 0.5),
                t.stack_key, t.state, t.epochs, t.steps, t.seconds, t.created_utc, t.started_utc, t.finished_utc
            FROM copy c JOIN trial t ON t.number = 1;
        INSERT INTO sweep_trial (sweep, trial) SELECT 1, number FROM copy;
        INSERT INTO logged_step SELECT c.number, l.step, l.epoch, l.batches FROM copy c JOIN logged_step l ON l.trial = 1;
        INSERT INTO term_value SELECT c.number, v.step, v.term, v.value FROM copy c JOIN term_value v ON v.trial = 1;
        INSERT INTO evaluation (trial, step, space, epoch, verdict, evidence, spectrum)
            SELECT c.number, e.step, e.space, e.epoch, CASE WHEN c.i % 7 = 0 THEN 'complete' ELSE 'none' END, e.evidence, e.spectrum
            FROM copy c JOIN evaluation e ON e.trial = 1;
        INSERT INTO panel SELECT x.number, p.metric, p.value * (0.5 + ((x.trial * 7919) % 1000003) / 2000006.0)
            FROM copy c
            JOIN evaluation x ON x.trial = c.number
            JOIN evaluation e ON e.trial = 1 AND e.space = x.space AND e.step = x.step
            JOIN panel p ON p.evaluation = e.number;
        DROP TABLE copy;
        """);

    /// <summary>Gives trial 1 a curve of so many rows.</summary>
    public static void AddLosses(string path, int rows) => Execute(path, $"""
        INSERT OR IGNORE INTO logged_step
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
            SELECT 1, i, 1 + i / 1000, 1 FROM n;
        INSERT OR IGNORE INTO term_value
            SELECT 1, l.step, t.number, CASE t.name
                WHEN 'total' THEN 50.0 / (l.step + 1) + 1 WHEN 'invariance' THEN 1.0 / (l.step + 1) WHEN 'variance' THEN 0.5 ELSE 0.01 END
            FROM logged_step l JOIN term t WHERE l.trial = 1;
        UPDATE trial SET digest = NULL WHERE number = 1;
        """);

    /// <summary>Makes texts as long as they may be: of trials their reasons and a setting, of sweeps their files, and there are many sweeps.</summary>
    public static void Bloat(string path) => Execute(path, """
        UPDATE trial SET state = 'stopped', reason = number || replace(hex(zeroblob(1000)), '0', 'é'), digest = NULL,
            settings = json_set(settings, '$."model.name"', number || replace(hex(zeroblob(200)), '0', 'é'));
        UPDATE sweep_file SET text = replace(hex(zeroblob(200000)), '0', '''');
        INSERT INTO sweep (name, question, created_utc)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
            SELECT 'sweep-' || i, question || i, created_utc FROM n JOIN sweep;
        INSERT OR IGNORE INTO sweep_file (sweep, revision, text, registered_utc)
            SELECT s.number, f.revision, f.text, f.registered_utc FROM sweep s JOIN sweep_file f;
        """);

    /// <summary>Adds panels of features, each with the accuracy 0.1 times its place from 1.</summary>
    public static void AddBaselines(string path, params IEnumerable<string> names) => Execute(path, string.Join('\n', names.Index().Select(n => $"""
        INSERT INTO baseline (name, space, verdict, evidence, spectrum) VALUES ('{n.Item}', 'features', 'none', 'it is so', '[1]');
        INSERT INTO baseline_value (baseline, metric, value)
            SELECT max(b.number), m.number, 0.1 * {n.Index + 1} FROM baseline b JOIN metric m WHERE m.name = 'knn_top1' GROUP BY m.number;
        """)));

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; BEGIN;\n{sql}\nCOMMIT;";
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }
}
