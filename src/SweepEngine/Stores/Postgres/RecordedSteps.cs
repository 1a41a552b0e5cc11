using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>Reads loss rows: the store has one row a term, and a <see cref="LossRow"/> has all terms of a step.</summary>
internal static class RecordedSteps
{
    private const string Columns = "t.number, t.id, t.seed, s.step, s.epoch, s.batches, v.term, v.value";

    private const string Rows =
        """
        JOIN logged_step s ON s.trial = t.number
        LEFT JOIN term_value v ON v.trial = s.trial AND v.step = s.step
        """;

    /// <summary>The rows of all trials that exports count, by trial, then step.</summary>
    public static IEnumerable<RecordedLoss> OfAll(Session session, string address, StoredWords words) => Joined(
        session.Stream($"SELECT {Columns} FROM recorded_trial t {Rows} ORDER BY t.number, s.step, v.term", row => Read(row, address)), address, words);

    /// <summary>The rows of one trial, by step.</summary>
    public static IReadOnlyList<LossRow> OfTrial(Session session, string address, StoredWords words, long trial) =>
    [
        .. Joined(
            session.All($"SELECT {Columns} FROM trial t {Rows} WHERE t.number = $1 ORDER BY s.step, v.term", row => Read(row, address), trial), address, words)
            .Select(l => l.Row),
    ];

    /// <summary>The latest rows of some trials, by their numbers.</summary>
    public static Dictionary<long, LossRow> LastOf(Session session, string address, StoredWords words, long[] trials) => Numbered(
        session.All(
            $"""
            SELECT {Columns}
            FROM unnest($1::bigint[]) asked (number)
            JOIN trial t ON t.number = asked.number
            CROSS JOIN LATERAL (SELECT trial, step, epoch, batches FROM logged_step WHERE trial = t.number ORDER BY step DESC LIMIT 1) s
            LEFT JOIN term_value v ON v.trial = s.trial AND v.step = s.step
            ORDER BY t.number
            """,
            row => Read(row, address),
            trials),
        address,
        words).ToDictionary(l => l.Number, l => l.Loss.Row);

    private static Step Read(PostgresRow row, string address) =>
        StoreDamage.Row(address, "logged_step", $"of trial {row.Text(1)}, step {row.Whole(3)}", () => new Step(
        row.Whole(0), row.Text(1), row.Whole(2), row.Whole(3), row.Count(4), row.Count(5), row.WholeOrNull(6), row.RealOrNull(7)));

    private static IEnumerable<RecordedLoss> Joined(IEnumerable<Step> rows, string address, StoredWords words) =>
        Numbered(rows, address, words).Select(l => l.Loss);

    /// <param name="rows">Those of a trial and step one after the other.</param>
    private static IEnumerable<(long Number, RecordedLoss Loss)> Numbered(IEnumerable<Step> rows, string address, StoredWords words)
    {
        var columns = words.TermColumns;
        Step? first = null;
        var terms = Array.Empty<double?>();
        foreach (var row in rows)
        {
            if (first is { } open && (open.Trial, open.Number) != (row.Trial, row.Number)) yield return Made(open, terms);
            if (first is not { } same || (same.Trial, same.Number) != (row.Trial, row.Number)) (first, terms) = (row, new double?[columns.Count]);
            if (row.Term is not { } term) continue;

            terms[StoreDamage.Row(address, "logged_step", $"of trial {row.Id}, step {row.Number}", () => columns.TryGetValue(term, out var column)
                ? column
                : throw new FormatException($"its term {term} is not in the table 'term'"))] = row.Value;
        }

        if (first is { } last) yield return Made(last, terms);

        static (long, RecordedLoss) Made(Step step, double?[] terms) =>
            (step.Trial, new RecordedLoss(step.Id, step.Seed, new LossRow(step.Epoch, step.Number, step.Batches, terms)));
    }

    /// <summary>One term at one step.</summary>
    private readonly record struct Step(long Trial, string Id, long Seed, long Number, int Epoch, int Batches, long? Term, double? Value);
}
