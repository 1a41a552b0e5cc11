using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Reads trials with their latest rows.</summary>
internal static class RecordedTrialQuery
{
    private const string ByNumber = "number", ByPoint = "(SELECT min(number) FROM trial o WHERE o.point = recorded_trial.point), number";

    public static IEnumerable<RecordedTrial> All(SqliteConnection connection, string address, StoredWords words, bool byPoint)
    {
        var spaces = words.Vocabulary.TrialSpaces
            .Select(space => (space.Name, Metrics: words.Vocabulary.MetricsOf(space).Index().ToDictionary(m => words.NumberOf(m.Item), m => m.Index)))
                .ToArray();
        using var loss = new LossQuery.Last(connection, address, words);
        using var evaluation = new Statement(
            connection,
            """
            SELECT number, epoch, step, verdict, evidence
            FROM evaluation WHERE trial = @trial AND space = @space ORDER BY step DESC LIMIT 1
            """);
        using var panel = new Statement(connection, "SELECT metric, value FROM panel WHERE evaluation = @evaluation");
        using var row = new Statement(
            connection,
            $"""
            SELECT number, id, point, block, seed, settings, state, failure_class, reason, epochs, steps, seconds, stack
            FROM recorded_trial ORDER BY {(byPoint ? ByPoint : ByNumber)}
            """);

        row.Start();
        while (row.Next())
        {
            var number = row.Whole(0);
            var lossRow = loss.Of(number);
            var panels = Array.ConvertAll(spaces, space => LastPanel(address, words, evaluation, panel, number, space.Name, space.Metrics));
            yield return StoreDamage.Row(address, "trial", number, () => Read(row, lossRow, panels));
        }
    }

    private static RecordedTrial Read(Statement row, LossRow? loss, IReadOnlyList<FinalPanel?> panels) => new()
    {
        Number = row.Whole(0),
        Id = row.Text(1),
        Point = row.Text(2),
        Block = row.Text(3),
        Seed = row.Whole(4),
        Settings = SettingsText.Parse(row.Text(5)),
        State = TrialStates.Parse(row.Text(6)),
        FailureClass = row.TextOrNull(7),
        Reason = row.TextOrNull(8),
        Epochs = row.WholeOrNull(9) is null ? null : row.Count(9),
        Steps = row.WholeOrNull(10),
        Seconds = row.RealOrNull(11) is { } seconds ? StoreTime.Duration(seconds).TotalSeconds : null,
        Stack = row.WholeOrNull(12),
        Loss = loss,
        Panels = panels,
    };

    private static FinalPanel? LastPanel(
        string address, StoredWords words, Statement evaluation, Statement panel, long trial, string space, Dictionary<long, int> columns)
    {
        evaluation.Start(trial, space);
        if (!evaluation.Next()) return null;

        var (number, values) = (evaluation.Whole(0), new double?[columns.Count]);
        return StoreDamage.Row(address, "panel", $"of evaluation {number}", () =>
        {
            panel.Start(number);
            while (panel.Next())
            {
                if (columns.TryGetValue(panel.Whole(0), out var column)) values[column] = panel.RealOrNull(1);
                else _ = words.MetricOf(panel.Whole(0));
            }

            return new FinalPanel(evaluation.Count(1), evaluation.Whole(2), evaluation.Text(3), evaluation.Text(4), values);
        });
    }
}
