using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Reads loss rows: the store has one row a term, and a <see cref="LossRow"/> has all terms of a step.</summary>
internal static class LossQuery
{
    /// <summary>The rows of one trial, by step.</summary>
    public const string OfTrialSql =
        $"""
        SELECT {Columns}
        FROM trial t
        {Rows}
        WHERE t.number = @trial
        {Order}
        """;

    // CROSS JOIN keeps SQLite to the order of the indexes, so that nothing is sorted.
    private const string Columns = "t.id, t.seed, s.epoch, s.step, s.batches, t.number, v.term, v.value";

    private const string Rows =
        """
        CROSS JOIN logged_step s ON s.trial = t.number
        LEFT JOIN term_value v ON v.trial = s.trial AND v.step = s.step
        """;

    private const string Order = "ORDER BY t.number, s.step, v.term";

    /// <summary>The rows of all trials that exports count, by trial, then step.</summary>
    public static IEnumerable<RecordedLoss> OfAll(SqliteConnection connection, string address, StoredWords words)
    {
        using var row = new Statement(connection, $"SELECT {Columns} FROM recorded_trial t {Rows} {Order}");
        foreach (var loss in Read(row, address, words)) yield return loss;
    }

    /// <param name="row">Of <see cref="OfTrialSql"/>.</param>
    public static IReadOnlyList<LossRow> OfTrial(Statement row, string address, StoredWords words, long trial) =>
        [.. Read(row, address, words, trial).Select(l => l.Row)];

    private static IEnumerable<RecordedLoss> Read(Statement row, string address, StoredWords words, params object?[] values)
    {
        var columns = words.TermColumns;
        row.Start(values);
        var isRow = row.Next();
        while (isRow)
        {
            var (number, step) = (row.Whole(5), row.Whole(3));
            var read = StoreDamage.Row(address, "logged_step", $"of trial {row.Text(0)}, step {step}", () =>
            {
                var (trial, seed, epoch, batches, terms) = (row.Text(0), row.Whole(1), row.Count(2), row.Count(4), new double?[columns.Count]);
                do
                {
                    Put(terms, columns, row, 6);
                    isRow = row.Next();
                }
                while (isRow && row.Whole(3) == step && row.Whole(5) == number);
                return new RecordedLoss(trial, seed, new LossRow(epoch, step, batches, terms));
            });
            yield return read;
        }
    }

    /// <param name="first">The column of the term's number; its value follows.</param>
    private static void Put(double?[] terms, IReadOnlyDictionary<long, int> columns, Statement row, int first)
    {
        if (row.WholeOrNull(first) is not { } term) return;
        if (!columns.TryGetValue(term, out var column)) throw new FormatException($"its term {term} is not in the table 'term'");

        terms[column] = row.RealOrNull(first + 1);
    }

    /// <summary>The latest row of one trial after the other.</summary>
    public sealed class Last(SqliteConnection connection, string address, StoredWords words) : IDisposable
    {
        private readonly Statement step = new(
            connection, "SELECT epoch, step, batches FROM logged_step WHERE trial = @trial ORDER BY step DESC LIMIT 1");

        private readonly Statement values = new(connection, "SELECT term, value FROM term_value WHERE trial = @trial AND step = @step");

        /// <param name="trial">The store's number of it.</param>
        /// <returns>Null before the first.</returns>
        public LossRow? Of(long trial)
        {
            step.Start(trial);
            return step.Next() ? StoreDamage.Row(address, "logged_step", $"of trial {trial}, step {step.Whole(1)}", () => Read(trial)) : null;
        }

        public void Dispose()
        {
            step.Dispose();
            values.Dispose();
        }

        private LossRow Read(long trial)
        {
            var terms = new double?[words.TermColumns.Count];
            values.Start(trial, step.Whole(1));
            while (values.Next()) Put(terms, words.TermColumns, values, 0);
            return new LossRow(step.Count(0), step.Whole(1), step.Count(2), terms);
        }
    }
}
