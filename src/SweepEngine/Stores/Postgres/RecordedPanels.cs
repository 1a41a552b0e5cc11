using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>Reads panels, of trials and of what trials share.</summary>
internal static class RecordedPanels
{
    /// <summary>The panels of one trial, by step and space.</summary>
    public static IReadOnlyList<PanelRow> OfTrial(Session session, string address, WordsInMind words, long trial)
    {
        var rows = session.All(
                """
                SELECT e.number, e.step, e.space, e.epoch, e.verdict, e.evidence, e.spectrum, p.metric, p.value
                FROM evaluation e LEFT JOIN panel p ON p.evaluation = e.number
                WHERE e.trial = $1
                ORDER BY e.step, e.space
                """,
                row => StoreDamage.Row(address, "evaluation", row.Whole(0), () => (
                    Number: row.Whole(0), Step: row.Whole(1), Space: row.Text(2), Epoch: row.Count(3), Verdict: row.Text(4), Evidence: row.Text(5),
                    Spectrum: row.Text(6), Metric: row.WholeOrNull(7), Value: row.RealOrNull(8))),
                trial);

        // Another process may have recorded a metric that this one has never heard of.
        if (rows.Any(row => row.Metric is { } metric && !words.Of(session).Knows(metric))) words.Forget();
        var known = words.Of(session);
        return
        [
            .. rows.GroupBy(row => row.Number).Select(group => StoreDamage.Row(address, "evaluation", group.Key, () =>
            {
                var head = group.First();
                var metrics = group.Where(m => m.Metric is not null)
                    .Select(m => (Metric: known.MetricOf(m.Metric!.Value), m.Value)).OrderBy(m => m.Metric.Place);
                return new PanelRow(
                    head.Epoch,
                    head.Step,
                    head.Space,
                    [.. metrics.Select(m => KeyValuePair.Create(m.Metric.Name, m.Value))],
                    RowText.Spectrum(head.Spectrum),
                    head.Verdict,
                    head.Evidence);
            })),
        ];
    }

    public static IReadOnlyList<RecordedPanel> Baselines(Session session, string address)
    {
        var values = session.All(
                """
                SELECT v.baseline, m.name, v.value FROM baseline_value v JOIN metric m ON m.number = v.metric ORDER BY m.position, m.number
                """,
                row => (Baseline: row.Whole(0), Value: KeyValuePair.Create(row.Text(1), row.RealOrNull(2))))
            .ToLookup(v => v.Baseline, v => v.Value);
        return session.All(
            "SELECT number, name, space, verdict, evidence, spectrum FROM baseline ORDER BY name",
            row => StoreDamage.Row(address, "baseline", row.Whole(0), () => new RecordedPanel(
                row.Text(1), new PanelRow(0, 0, row.Text(2), [.. values[row.Whole(0)]], RowText.Spectrum(row.Text(5)), row.Text(3), row.Text(4)))));
    }

    public static IEnumerable<RecordedSpectrum> Spectra(Session session, string address) => session.Stream(
        """
        SELECT t.id, e.space, e.spectrum, e.number
        FROM recorded_trial t
        JOIN evaluation e ON e.trial = t.number
        WHERE e.step = (SELECT max(step) FROM evaluation WHERE trial = t.number AND space = e.space)
        ORDER BY t.number, e.space
        """,
        row => StoreDamage.Row(address, "evaluation", row.Whole(3), () => new RecordedSpectrum(row.Text(0), row.Text(1), RowText.Spectrum(row.Text(2)))));
}
