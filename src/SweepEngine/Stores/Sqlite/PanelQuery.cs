using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Reads panels, of trials and of what trials share.</summary>
internal static class PanelQuery
{
    public const string EvaluationsSql =
        "SELECT number, step, space, epoch, verdict, evidence, spectrum FROM evaluation WHERE trial = @trial ORDER BY step, space";

    public const string ValuesSql = "SELECT metric, value FROM panel WHERE evaluation = @evaluation ORDER BY metric";

    /// <param name="evaluations">Of <see cref="EvaluationsSql"/>.</param>
    /// <param name="values">Of <see cref="ValuesSql"/>.</param>
    public static IReadOnlyList<PanelRow> OfTrial(Statement evaluations, Statement values, string address, StoredWords words, long trial)
    {
        var panels = new List<PanelRow>();
        evaluations.Start(trial);
        while (evaluations.Next())
        {
            panels.Add(StoreDamage.Row(address, "evaluation", evaluations.Whole(0), () => new PanelRow(
                evaluations.Count(3),
                evaluations.Whole(1),
                evaluations.Text(2),
                Metrics(values, words, evaluations.Whole(0)),
                RowText.Spectrum(evaluations.Text(6)),
                evaluations.Text(4),
                evaluations.Text(5))));
        }

        return panels;
    }

    public static IEnumerable<RecordedMetric> Values(SqliteConnection connection, string address, StoredWords words)
    {
        // CROSS JOIN keeps SQLite to the order of the indexes, so that nothing is sorted.
        using var row = new Statement(
            connection,
            """
            SELECT t.id, e.epoch, e.step, e.space, p.metric, p.value
            FROM recorded_trial t
            CROSS JOIN evaluation e ON e.trial = t.number
            CROSS JOIN panel p ON p.evaluation = e.number
            ORDER BY t.number, e.step, e.space, p.metric
            """);
        row.Start();
        Func<RecordedMetric> read = () => new RecordedMetric(
            row.Text(0), row.Count(1), row.Whole(2), row.Text(3), words.MetricOf(row.Whole(4)).Name, row.RealOrNull(5));
        while (row.Next()) yield return StoreDamage.Row(address, "panel", $"of trial {row.Text(0)}, step {row.Whole(2)}", read);
    }

    public static IReadOnlyList<RecordedPanel> Baselines(SqliteConnection connection, string address) =>
    [
        .. connection.Query<BaselineRow>("SELECT number, name, space, verdict, evidence, spectrum FROM baseline ORDER BY name")
            .Select(b => StoreDamage.Row(address, "baseline", b.Number, () => new RecordedPanel(b.Name, new PanelRow(
                0,
                0,
                b.Space,
                [
                    .. connection.Query<(string Name, double? Value)>(
                            """
                            SELECT m.name, v.value FROM baseline_value v JOIN metric m ON m.number = v.metric
                            WHERE v.baseline = @Number ORDER BY m.position, m.number
                            """,
                            new { b.Number })
                        .Select(v => KeyValuePair.Create(v.Name, v.Value)),
                ],
                RowText.Spectrum(b.Spectrum),
                b.Verdict,
                b.Evidence)))),
    ];

    public static IEnumerable<RecordedSpectrum> Spectra(SqliteConnection connection, string address)
    {
        using var row = new Statement(
            connection,
            """
            SELECT t.id, e.space, e.spectrum, e.number
            FROM recorded_trial t
            CROSS JOIN evaluation e ON e.trial = t.number
            WHERE e.step = (SELECT max(step) FROM evaluation WHERE trial = t.number AND space = e.space)
            ORDER BY t.number, e.space
            """);
        row.Start();
        while (row.Next())
        {
            yield return StoreDamage.Row(address, "evaluation", row.Whole(3), () =>
                new RecordedSpectrum(row.Text(0), row.Text(1), RowText.Spectrum(row.Text(2))));
        }
    }

    /// <summary>The metrics of one evaluation, in the order of export.</summary>
    private static IReadOnlyList<KeyValuePair<string, double?>> Metrics(Statement values, StoredWords words, long evaluation)
    {
        var metrics = new List<(int Place, string Name, double? Value)>();
        values.Start(evaluation);
        while (values.Next())
        {
            var (place, name) = words.MetricOf(values.Whole(0));
            metrics.Add((place, name, values.RealOrNull(1)));
        }

        metrics.Sort((a, b) => a.Place.CompareTo(b.Place));
        return [.. metrics.Select(m => KeyValuePair.Create(m.Name, m.Value))];
    }

    private sealed record BaselineRow
    {
        public long Number { get; init; }

        public string Name { get; init; } = "";

        public string Space { get; init; } = "";

        public string Verdict { get; init; } = "";

        public string Evidence { get; init; } = "";

        public string Spectrum { get; init; } = "";
    }
}
