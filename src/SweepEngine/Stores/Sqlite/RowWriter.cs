using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Writes loss rows and panels: what there is most of. A row that is handed over again replaces itself.</summary>
/// <param name="words">Of the runner whose rows are written; the store has them already.</param>
internal sealed class RowWriter(SqliteConnection connection, Vocabulary words) : IDisposable
{
    private readonly Statements statements = new(connection);

    // Of each space the statement that takes all of its declared metrics at once, which is the usual case.
    private readonly Dictionary<string, (IReadOnlyList<Metric> Metrics, string Sql)> wholePanels = words.TrialSpaces
        .Where(space => words.MetricsOf(space).Count > 0)
        .ToDictionary(space => space.Name, space => (words.MetricsOf(space), PanelSql(connection, words.MetricsOf(space))), StringComparer.Ordinal);

    // All terms of a step in one statement.
    private (StoredWords Words, string Sql)? terms;
    private Dictionary<string, long> known = Numbers(connection);
    private HashSet<(string Space, string Metric)> columns = Columns(connection);

    /// <param name="row">Its terms are in the order of the store's.</param>
    /// <param name="stored">The store's words.</param>
    public void Write(long trial, LossRow row, StoredWords stored)
    {
        statements[
            """
            INSERT INTO logged_step (trial, step, epoch, batches) VALUES (@trial, @step, @epoch, @batches)
            ON CONFLICT (trial, step) DO UPDATE SET epoch = excluded.epoch, batches = excluded.batches
            """].Execute(trial, row.Step, row.Epoch, row.Batches);
        if (stored.Vocabulary.Terms.Count == 0) return;

        if (!ReferenceEquals(terms?.Words, stored)) terms = (stored, TermsSql(stored));
        statements[terms!.Value.Sql].Execute([trial, row.Step, .. row.Terms.Select(value => (object?)RowText.Finite(value))]);
    }

    public void Write(long trial, PanelRow row)
    {
        var number = statements[
            """
            INSERT INTO evaluation (trial, step, space, epoch, verdict, evidence, spectrum)
            VALUES (@trial, @step, @space, @epoch, @verdict, @evidence, @spectrum)
            ON CONFLICT (trial, step, space) DO UPDATE SET
                epoch = excluded.epoch, verdict = excluded.verdict, evidence = excluded.evidence, spectrum = excluded.spectrum
            RETURNING number
            """].Number(trial, row.Step, row.Space, row.Epoch, row.Verdict, row.Evidence, RowText.Of(row.Spectrum));
        if (wholePanels.TryGetValue(row.Space, out var whole) && row.Metrics.Select(m => m.Key).SequenceEqual(whole.Metrics.Select(m => m.Name)))
        {
            statements[whole.Sql].Execute([number, .. row.Metrics.Select(m => (object?)RowText.Finite(m.Value))]);
            return;
        }

        foreach (var (name, value) in row.Metrics)
        {
            var metric = MetricNumber(name);
            if (!columns.Contains((row.Space, name)))
            {
                statements["INSERT INTO space_metric (space, metric) SELECT number, @metric FROM space WHERE name = @space ON CONFLICT DO NOTHING"]
                    .Execute(metric, row.Space);
            }

            statements["INSERT OR REPLACE INTO panel (evaluation, metric, value) VALUES (@evaluation, @metric, @value)"]
                .Execute(number, metric, RowText.Finite(value));
        }
    }

    public void AddBaseline(string name, PanelRow row)
    {
        var number = statements[
            """
            INSERT INTO baseline (name, space, verdict, evidence, spectrum) VALUES (@name, @space, @verdict, @evidence, @spectrum)
            ON CONFLICT (name) DO NOTHING
            RETURNING number
            """].Number(name, row.Space, row.Verdict, row.Evidence, RowText.Of(row.Spectrum));
        if (number is null) return;

        foreach (var (metric, value) in row.Metrics)
        {
            statements["INSERT INTO baseline_value (baseline, metric, value) VALUES (@baseline, @metric, @value)"]
                .Execute(number, MetricNumber(metric), RowText.Finite(value));
        }
    }

    /// <summary>Has the words read again that were added to the store.</summary>
    public void ForgetWords() => (known, columns) = (Numbers(connection), Columns(connection));

    public void Dispose() => statements.Dispose();

    /// <summary>The number of a metric. A new name is added, and not remembered here: the transaction may yet be undone.</summary>
    private long MetricNumber(string name) => known.TryGetValue(name, out var number)
        ? number
        : statements[
            """
            INSERT INTO metric (name, position, doc) VALUES (@name, (SELECT count(*) FROM metric), '')
            ON CONFLICT (name) DO UPDATE SET name = excluded.name
            RETURNING number
            """].Number(name)!.Value;

    private static Dictionary<string, long> Numbers(SqliteConnection connection) => connection
        .Query<(string Name, long Number)>("SELECT name, number FROM metric").ToDictionary(m => m.Name, m => m.Number, StringComparer.Ordinal);

    private static HashSet<(string Space, string Metric)> Columns(SqliteConnection connection) => connection
        .Query<(string Space, string Metric)>(
            """
            SELECT s.name, m.name
            FROM space_metric c JOIN space s ON s.number = c.space JOIN metric m ON m.number = c.metric
            """)
        .ToHashSet();

    /// <summary>All terms of a step in one statement, in the order of the store's words.</summary>
    private static string TermsSql(StoredWords words)
    {
        var rows = words.Vocabulary.Terms.Index().Select(t => string.Create(
            CultureInfo.InvariantCulture, $"(@trial, @step, {words.NumberOf(t.Item)}, @value{t.Index})"));
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
}
