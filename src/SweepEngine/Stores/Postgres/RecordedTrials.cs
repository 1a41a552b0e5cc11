using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>Reads trials with their latest rows, some hundred at a time.</summary>
internal static class RecordedTrials
{
    private const int AtOnce = 500;
    private const string ByNumber = "number", ByPoint = "(SELECT min(number) FROM trial o WHERE o.point = recorded_trial.point), number";

    public static IEnumerable<RecordedTrial> All(Session session, string address, StoredWords words, bool byPoint)
    {
        var spaces = words.Vocabulary.TrialSpaces
            .Select(space => (space.Name, Metrics: words.Vocabulary.MetricsOf(space).Index().ToDictionary(m => words.NumberOf(m.Item), m => m.Index)))
                .ToArray();
        var trials = session.Stream(
            $"""
            SELECT number, id, point, block, seed, settings, state, failure_class, reason, epochs, steps, seconds, stack
            FROM recorded_trial ORDER BY {(byPoint ? ByPoint : ByNumber)}
            """,
            row => StoreDamage.Row(address, "trial", row.Whole(0), () => Read(row)));
        foreach (var chunk in trials.Chunk(AtOnce))
        {
            var numbers = Array.ConvertAll(chunk, t => t.Number);
            var losses = RecordedSteps.LastOf(session, address, words, numbers);
            var panels = LastPanels(session, address, words, numbers, spaces);
            foreach (var trial in chunk)
            {
                yield return trial with
                {
                    Loss = losses.GetValueOrDefault(trial.Number),
                    Panels = Array.ConvertAll(spaces, space => panels.GetValueOrDefault((trial.Number, space.Name))),
                };
            }
        }
    }

    private static RecordedTrial Read(PostgresRow row) => new()
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
        Loss = null,
        Panels = [],
    };

    private static Dictionary<(long Trial, string Space), FinalPanel> LastPanels(
        Session session, string address, StoredWords words, long[] trials, (string Name, Dictionary<long, int> Metrics)[] spaces)
    {
        var columns = spaces.ToDictionary(s => s.Name, s => s.Metrics, StringComparer.Ordinal);
        var rows = session.All(
            """
            SELECT e.number, e.trial, e.space, e.epoch, e.step, e.verdict, e.evidence, p.metric, p.value
            FROM unnest($1::bigint[]) t (number)
            CROSS JOIN unnest($2::text[]) s (name)
            CROSS JOIN LATERAL (
                SELECT number, trial, space, epoch, step, verdict, evidence
                FROM evaluation WHERE trial = t.number AND space = s.name ORDER BY step DESC LIMIT 1) e
            LEFT JOIN panel p ON p.evaluation = e.number
            """,
            row => StoreDamage.Row(address, "panel", $"of evaluation {row.Whole(0)}", () => (
                Number: row.Whole(0), Trial: row.Whole(1), Space: row.Text(2), Epoch: row.Count(3), Step: row.Whole(4), Verdict: row.Text(5),
                Evidence: row.Text(6),
                Metric: row.WholeOrNull(7), Value: row.RealOrNull(8))),
            trials,
            Array.ConvertAll(spaces, s => s.Name));
        var panels = new Dictionary<(long, string), FinalPanel>();
        foreach (var group in rows.GroupBy(row => row.Number))
        {
            var (head, own) = (group.First(), columns[group.First().Space]);
            var values = new double?[own.Count];
            foreach (var row in group.Where(row => row.Metric is not null))
            {
                if (own.TryGetValue(row.Metric!.Value, out var column)) values[column] = row.Value;
                else _ = StoreDamage.Row(address, "panel", $"of evaluation {row.Number}", () => words.MetricOf(row.Metric.Value));
            }

            panels[(head.Trial, head.Space)] = new FinalPanel(head.Epoch, head.Step, head.Verdict, head.Evidence, values);
        }

        return panels;
    }
}
