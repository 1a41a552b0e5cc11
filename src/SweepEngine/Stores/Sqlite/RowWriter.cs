using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Writes rows in the transaction that its caller has begun. A row that is handed over again replaces itself.</summary>
/// <param name="words">Of the runner whose rows are written; the store has them already.</param>
internal sealed class RowWriter(SqliteConnection connection, Vocabulary words, TimeProvider time) : IDisposable
{
    private readonly Dictionary<string, long> known = connection
        .Query<(string Name, long Number)>("SELECT name, number FROM metric")
        .ToDictionary(m => m.Name, m => m.Number, StringComparer.Ordinal);

    private readonly HashSet<(string Space, string Metric)> columns = connection
        .Query<(string Space, string Metric)>(
            """
            SELECT s.name, m.name
            FROM space_metric c JOIN space s ON s.number = c.space JOIN metric m ON m.number = c.metric
            """)
        .ToHashSet();

    private readonly Statement loggedStep = new(
        connection,
        """
        INSERT INTO logged_step (trial, step, epoch, batches) VALUES (@trial, @step, @epoch, @batches)
        ON CONFLICT (trial, step) DO UPDATE SET epoch = excluded.epoch, batches = excluded.batches
        """);

    private readonly Statement? terms = words.Terms.Count == 0 ? null : new(connection, TermsSql(connection, words));

    private readonly Statement evaluation = new(
        connection,
        """
        INSERT INTO evaluation (trial, step, space, epoch, verdict, evidence, spectrum)
        VALUES (@trial, @step, @space, @epoch, @verdict, @evidence, @spectrum)
        ON CONFLICT (trial, step, space) DO UPDATE SET
            epoch = excluded.epoch, verdict = excluded.verdict, evidence = excluded.evidence, spectrum = excluded.spectrum
        RETURNING number
        """);

    private readonly Statement panel = new(
        connection, "INSERT OR REPLACE INTO panel (evaluation, metric, value) VALUES (@evaluation, @metric, @value)");

    // Of each space the statement that takes all of its declared metrics at once, which is the usual case.
    private readonly Dictionary<string, (IReadOnlyList<Metric> Metrics, Statement Insert)> wholePanels = words.TrialSpaces
        .Where(space => words.MetricsOf(space).Count > 0)
        .ToDictionary(
            space => space.Name,
            space => (words.MetricsOf(space), new Statement(connection, PanelSql(connection, words.MetricsOf(space)))),
            StringComparer.Ordinal);

    private readonly Statement baseline = new(
        connection,
        """
        INSERT INTO baseline (name, space, verdict, evidence, spectrum) VALUES (@name, @space, @verdict, @evidence, @spectrum)
        ON CONFLICT (name) DO NOTHING
        RETURNING number
        """);

    private readonly Statement baselineValue = new(
        connection, "INSERT INTO baseline_value (baseline, metric, value) VALUES (@baseline, @metric, @value)");

    private readonly Statement metric = new(
        connection,
        """
        INSERT INTO metric (name, position, doc) VALUES (@name, (SELECT count(*) FROM metric), '')
        ON CONFLICT (name) DO UPDATE SET name = excluded.name
        RETURNING number
        """);

    private readonly Statement column = new(
        connection,
        """
        INSERT INTO space_metric (space, metric) SELECT number, @metric FROM space WHERE name = @space
        ON CONFLICT DO NOTHING
        """);

    private readonly VectorWriter vectors = new(connection);

    private readonly Statement stage = new(
        connection,
        """
        INSERT INTO stage_time (stack, stage, seconds) VALUES (@stack, @stage, @seconds)
        ON CONFLICT (stack, stage) DO UPDATE SET seconds = seconds + excluded.seconds
        """);

    private readonly Statement outcome = new(
        connection,
        """
        UPDATE trial SET state = @state, failure_class = @class, reason = @reason,
            epochs = @epochs, steps = @steps, seconds = @seconds, finished_utc = @now
        WHERE number = @trial AND stack = @stack AND state = 'pending'
        RETURNING number
        """);

    private readonly TrialDigest digest = new(connection);

    private readonly Statement seal = new(connection, "UPDATE trial SET digest = @digest WHERE number = @trial");

    private readonly Statement forgetLosses = new(connection, "DELETE FROM logged_step WHERE trial = @trial");

    private readonly Statement forgetEvaluations = new(connection, "DELETE FROM evaluation WHERE trial = @trial");

    private readonly Statement setApart = new(
        connection,
        """
        UPDATE trial SET stack = NULL, alone = 1, retries = retries + 1, started_utc = NULL
        WHERE number = @trial AND stack = @stack AND state = 'pending'
        """);

    public void Write(StackLease lease, RowBatch batch)
    {
        foreach (var (trial, row) in batch.Losses) Write(lease.Trials[trial.Id].Number, row);
        foreach (var (trial, row) in batch.Panels) Write(lease.Trials[trial.Id].Number, row);
        foreach (var (name, row) in batch.Baselines) Write(name, row);
        foreach (var (trial, row) in batch.Vectors) vectors.Write(lease.Trials[trial.Id].Number, row);
        foreach (var (name, spent) in batch.Stages) stage.Execute(lease.Stack, name, spent.TotalSeconds);
        foreach (var (trial, end) in batch.Outcomes) Write(lease.Stack, lease.Trials[trial.Id].Number, end);
        foreach (var trial in batch.TrialsSetApart) SetApart(lease.Stack, lease.Trials[trial.Id].Number);
    }

    public void Dispose()
    {
        Statement[] statements =
            [loggedStep, evaluation, panel, baseline, baselineValue, metric, column, stage, outcome, seal, forgetLosses, forgetEvaluations, setApart];
        foreach (var statement in statements) statement.Dispose();
        terms?.Dispose();
        foreach (var (_, insert) in wholePanels.Values) insert.Dispose();
        vectors.Dispose();
        digest.Dispose();
    }

    private void Write(long trial, LossRow row)
    {
        loggedStep.Execute(trial, row.Step, row.Epoch, row.Batches);
        terms?.Execute([trial, row.Step, .. row.Terms.Select(value => (object?)Finite(value))]);
    }

    private void Write(long trial, PanelRow row)
    {
        var number = evaluation.Number(trial, row.Step, row.Space, row.Epoch, row.Verdict, row.Evidence, Json(row.Spectrum));
        if (wholePanels.TryGetValue(row.Space, out var whole) && row.Metrics.Select(m => m.Key).SequenceEqual(whole.Metrics.Select(m => m.Name)))
        {
            whole.Insert.Execute([number, .. row.Metrics.Select(m => (object?)Finite(m.Value))]);
            return;
        }

        foreach (var (name, value) in row.Metrics)
        {
            var metricNumber = MetricNumber(name);
            if (!columns.Contains((row.Space, name))) column.Execute(metricNumber, row.Space);
            panel.Execute(number, metricNumber, Finite(value));
        }
    }

    private void Write(string name, PanelRow row)
    {
        if (baseline.Number(name, row.Space, row.Verdict, row.Evidence, Json(row.Spectrum)) is not { } number) return;

        foreach (var (metricName, value) in row.Metrics) baselineValue.Execute(number, MetricNumber(metricName), Finite(value));
    }

    /// <summary>Records the end of a trial, unless it has ended, with a checksum of all that is recorded of it by then.</summary>
    public void Write(long stack, long trial, Outcome end)
    {
        var ended = outcome.Number(
            TrialStates.Text(end.State), end.FailureClass, end.Reason, end.Epochs, end.Steps, Finite(end.Seconds),
            StoreTime.Text(time.GetUtcNow()), trial, stack);
        if (ended is not null) seal.Execute(digest.Of(trial), trial);
    }

    /// <summary>Takes a trial out of its stack, to be tried again alone and from its start.</summary>
    public void SetApart(long stack, long trial)
    {
        forgetLosses.Execute(trial);
        forgetEvaluations.Execute(trial);
        vectors.Forget(trial);
        setApart.Execute(trial, stack);
    }

    /// <summary>The number of a metric. A new name is added, and not remembered here: the transaction may yet be undone.</summary>
    private long MetricNumber(string name) => known.TryGetValue(name, out var number) ? number : metric.Number(name)!.Value;

    /// <summary>All terms of a step in one statement, in the order of the vocabulary.</summary>
    private static string TermsSql(SqliteConnection connection, Vocabulary words)
    {
        var numbers = StoredWords.Read(connection);
        var rows = words.Terms.Index().Select(t => string.Create(
            CultureInfo.InvariantCulture, $"(@trial, @step, {numbers.NumberOf(t.Item)}, @value{t.Index})"));
        return $"INSERT OR REPLACE INTO term_value (trial, step, term, value) VALUES {string.Join(", ", rows)}";
    }

    /// <summary>All metrics of a panel in one statement, in their order.</summary>
    private static string PanelSql(SqliteConnection connection, IReadOnlyList<Metric> metrics)
    {
        var numbers = StoredWords.Read(connection);
        var rows = metrics.Index().Select(m => string.Create(
            CultureInfo.InvariantCulture, $"(@evaluation, {numbers.NumberOf(m.Item)}, @value{m.Index})"));
        return $"INSERT OR REPLACE INTO panel (evaluation, metric, value) VALUES {string.Join(", ", rows)}";
    }

    /// <summary>SQLite refuses NaN, and CSV has no word for infinity: both are absent.</summary>
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static string Json(IReadOnlyList<double> values) =>
        $"[{string.Join(',', values.Select(v => double.IsFinite(v) ? v.ToString("R", CultureInfo.InvariantCulture) : "null"))}]";
}
