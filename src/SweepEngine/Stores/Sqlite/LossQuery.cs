using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Reads loss rows: the store has one row a term, and a <see cref="LossRow"/> has all terms of a step.</summary>
internal static class LossQuery
{
    /// <summary>The rows of all trials that exports count, by trial, then step.</summary>
    public static IEnumerable<RecordedLoss> OfAll(SqliteConnection connection, StoredWords words) => Read(connection, words, "FROM recorded_trial t");

    /// <summary>The rows of one trial, by step.</summary>
    /// <param name="trial">The trial's id.</param>
    public static IReadOnlyList<LossRow> OfTrial(SqliteConnection connection, StoredWords words, string trial) =>
        [.. Read(connection, words, "FROM (SELECT number, id, seed FROM trial WHERE id = @trial) t", trial).Select(l => l.Row)];

    private static IEnumerable<RecordedLoss> Read(SqliteConnection connection, StoredWords words, string trials, params object?[] values)
    {
        var columns = Columns(words);
        // CROSS JOIN keeps SQLite to the order of the indexes, so that nothing is sorted.
        using var row = new Statement(
            connection,
            $"""
            SELECT t.id, t.seed, s.epoch, s.step, s.batches, t.number, v.term, v.value
            {trials}
            CROSS JOIN logged_step s ON s.trial = t.number
            LEFT JOIN term_value v ON v.trial = s.trial AND v.step = s.step
            ORDER BY t.number, s.step, v.term
            """);
        row.Start(values);
        var isRow = row.Next();
        while (isRow)
        {
            var (number, step) = (row.Whole(5), row.Whole(3));
            var read = StoreFault.Row(connection.DataSource, "logged_step", $"of trial {row.Text(0)}, step {step}", () =>
            {
                var (trial, seed, epoch, batches, terms) = (row.Text(0), row.Whole(1), row.Count(2), row.Count(4), new double?[words.Vocabulary.Terms.Count]);
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

    private static Dictionary<long, int> Columns(StoredWords words) =>
        words.Vocabulary.Terms.Index().ToDictionary(t => words.NumberOf(t.Item), t => t.Index);

    /// <param name="first">The column of the term's number; its value follows.</param>
    private static void Put(double?[] terms, Dictionary<long, int> columns, Statement row, int first)
    {
        if (row.WholeOrNull(first) is not { } term) return;
        if (!columns.TryGetValue(term, out var column)) throw new FormatException($"its term {term} is not in the table 'term'");

        terms[column] = row.RealOrNull(first + 1);
    }

    /// <summary>The latest row of one trial after the other.</summary>
    public sealed class Last(SqliteConnection connection, StoredWords words) : IDisposable
    {
        private readonly Dictionary<long, int> columns = Columns(words);

        private readonly Statement step = new(
            connection, "SELECT epoch, step, batches FROM logged_step WHERE trial = @trial ORDER BY step DESC LIMIT 1");

        private readonly Statement values = new(connection, "SELECT term, value FROM term_value WHERE trial = @trial AND step = @step");

        /// <param name="trial">The store's number of it.</param>
        /// <returns>Null before the first.</returns>
        public LossRow? Of(long trial)
        {
            step.Start(trial);
            return step.Next() ? StoreFault.Row(connection.DataSource, "logged_step", $"of trial {trial}, step {step.Whole(1)}", () => Read(trial)) : null;
        }

        public void Dispose()
        {
            step.Dispose();
            values.Dispose();
        }

        private LossRow Read(long trial)
        {
            var terms = new double?[columns.Count];
            values.Start(trial, step.Whole(1));
            while (values.Next()) Put(terms, columns, values, 0);
            return new LossRow(step.Count(0), step.Whole(1), step.Count(2), terms);
        }
    }
}
