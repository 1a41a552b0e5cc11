using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>
/// Reads a store as it was at the first read: a worker may go on writing, and what is read stays of one piece. Rows are
/// streamed in an order that does not depend on the order of recording.
/// </summary>
internal sealed class SqliteReader : IStoreReader
{
    private readonly ReadingConnection reading;
    private readonly SqliteConnection connection;
    private readonly TimeProvider time;
    private readonly StoredWords words;

    internal SqliteReader(string path, TimeProvider time)
    {
        Address = path;
        this.time = time;
        reading = StoreFile.OpenForReading(path);
        connection = reading.Connection;
        connection.Execute("BEGIN DEFERRED");
        words = Guard(() => StoredWords.Read(connection));
        Spaces = Vocabulary.TrialSpaces;
        Metrics = [.. Spaces.Select(Vocabulary.MetricsOf)];
        Parameters = Guard(() => connection
            .Query<(string Name, string Doc, string? Default, long Incidental)>(
                "SELECT name, doc, default_value, incidental FROM parameter ORDER BY position, name")
            .Select(p => new RecordedParameter(p.Name, p.Doc, p.Default, p.Incidental == 1)).ToList());
    }

    public string Address { get; }

    public Vocabulary Vocabulary => words.Vocabulary;

    public IReadOnlyList<Space> Spaces { get; }

    public IReadOnlyList<IReadOnlyList<Metric>> Metrics { get; }

    public IReadOnlyList<RecordedParameter> Parameters { get; }

    public IReadOnlyList<RecordedSweep> Sweeps() => Guard(() => connection.Query<(string Name, string Question, string Text)>(
        """
        SELECT s.name, s.question, f.text
        FROM sweep s
        JOIN sweep_file f ON f.sweep = s.number AND f.revision = (SELECT max(revision) FROM sweep_file WHERE sweep = s.number)
        ORDER BY s.number
        """).Select(s => new RecordedSweep(s.Name, s.Question, s.Text)).ToList());

    public StoreStatus Status() => Guard(() => StatusQuery.Run(connection, time.GetUtcNow()));

    public SweepChange ChangeBy(SweepPlan plan) => Guard(() => SweepChange.Of(connection, plan));

    public IEnumerable<RecordedTrial> Trials() => StoreFault.GuardEach(Address, ReadTrials("number"));

    public IEnumerable<RecordedTrial> TrialsByPoint() => StoreFault.GuardEach(
        Address, ReadTrials("(SELECT min(number) FROM trial o WHERE o.point = recorded_trial.point), number"));

    public IEnumerable<IReadOnlyDictionary<string, ParameterValue>> Settings() => StoreFault.GuardEach(Address, connection
        .Query<(long Number, string Settings)>("SELECT number, settings FROM recorded_trial ORDER BY number", buffered: false)
        .Select(t => StoreFault.Row(Address, "trial", t.Number, () => SettingsText.Parse(t.Settings))));

    public IEnumerable<RecordedLoss> Losses() => StoreFault.GuardEach(Address, LossQuery.OfAll(connection, words));

    public IReadOnlyList<LossRow> Losses(string trial) => Guard(() => LossQuery.OfTrial(connection, words, trial));

    public StoreStanding Standing(string? metric) => Guard(() => StandingQuery.Run(connection, Vocabulary, metric));

    public IEnumerable<RecordedMetric> MetricValues() => StoreFault.GuardEach(Address, ReadMetricValues());

    public IReadOnlyList<RecordedPanel> Panels(string trial) => Guard(() => Panels(
        """
        SELECT e.number, t.id AS Name, e.epoch, e.step, e.space, e.verdict, e.evidence, e.spectrum
        FROM trial t
        JOIN evaluation e ON e.trial = t.number
        WHERE t.id = @trial
        ORDER BY e.step, e.space
        """,
        """
        SELECT m.name, p.value FROM panel p JOIN metric m ON m.number = p.metric
        WHERE p.evaluation = @Number ORDER BY m.position, m.number
        """,
        new { trial }));

    public void RefuseDamage() => Guard(() =>
    {
        if (connection.ExecuteScalar<string>("PRAGMA quick_check(1)") is var found and not "ok")
        {
            throw new SweepException(StoreFault.Damage(Address, found ?? "no answer"));
        }

        using var digest = new TrialDigest(connection);
        using var trials = new Statement(connection, "SELECT number, id, digest FROM trial WHERE digest IS NOT NULL ORDER BY number");
        trials.Start();
        while (trials.Next())
        {
            if (digest.Of(trials.Whole(0)) != trials.Text(2))
            {
                throw new SweepException(
                    $"{Address}: what is recorded of trial {trials.Text(1)} is damaged: it does not have the checksum that it was recorded with. Restore a copy of the store.");
            }
        }

        return true;
    });

    public IReadOnlyList<RecordedPanel> Baselines() => Guard(() => Panels(
        "SELECT number, name, 0 AS epoch, 0 AS step, space, verdict, evidence, spectrum FROM baseline ORDER BY name",
        """
        SELECT m.name, v.value FROM baseline_value v JOIN metric m ON m.number = v.metric
        WHERE v.baseline = @Number ORDER BY m.position, m.number
        """,
        null));

    public IReadOnlyList<RecordedVectors> Vectors() => Guard(() => StorePictures.Vectors(connection));

    public VectorSample Sample(long number) => Guard(() => StorePictures.Sample(connection, number));

    public IEnumerable<RecordedSpectrum> Spectra() => StoreFault.GuardEach(Address, StorePictures.Spectra(connection));

    public IReadOnlyDictionary<string, TimeSpan> StageTimes() => Guard(() => StorePictures.StageTimes(connection));

    public IReadOnlyList<RecordedEnvironment> Environments() => Guard(() => StorePictures.Environments(connection));

    public IReadOnlyList<RecordedBreak> Breaks() => Guard(() => StackBreaks.Read(connection));

    public IReadOnlyList<RecordedInput> Inputs() => Guard(() => InputContents.Read(connection));

    public void Dispose() => reading.Dispose();

    private IEnumerable<RecordedTrial> ReadTrials(string order)
    {
        var live = StatusQuery.LiveStacks(connection, time.GetUtcNow()).Select(s => s.Number).ToHashSet();
        var spaces = Spaces
            .Zip(Metrics, (space, metrics) => (space.Name, Metrics: metrics.Index().ToDictionary(m => words.NumberOf(m.Item), m => m.Index))).ToArray();
        using var loss = new LossQuery.Last(connection, words);
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
            FROM recorded_trial ORDER BY {order}
            """);

        row.Start();
        while (row.Next())
        {
            var number = row.Whole(0);
            var lossRow = loss.Of(number);
            var panels = Array.ConvertAll(spaces, space => LastPanel(evaluation, panel, number, space.Name, space.Metrics));
            yield return StoreFault.Row(Address, "trial", number, () => ReadTrial(number, lossRow, panels));
        }

        RecordedTrial ReadTrial(long number, LossRow? lossRow, IReadOnlyList<FinalPanel?> panels)
        {
            var stack = row.WholeOrNull(12);
            var state = TrialStates.Parse(row.Text(6));
            return new RecordedTrial
            {
                Number = number,
                Id = row.Text(1),
                Point = row.Text(2),
                Block = row.Text(3),
                Seed = row.Whole(4),
                Settings = SettingsText.Parse(row.Text(5)),
                State = state == TrialState.Pending && stack is not null && live.Contains(stack.Value) ? TrialState.Running : state,
                FailureClass = row.TextOrNull(7),
                Reason = row.TextOrNull(8),
                Epochs = row.WholeOrNull(9) is null ? null : row.Count(9),
                Steps = row.WholeOrNull(10),
                Seconds = row.RealOrNull(11) is { } seconds ? StatusQuery.Duration(seconds).TotalSeconds : null,
                Stack = stack,
                Loss = lossRow,
                Panels = panels,
            };
        }
    }

    private FinalPanel? LastPanel(
        Statement evaluation, Statement panel, long trial, string space, Dictionary<long, int> columns)
    {
        evaluation.Start(trial, space);
        if (!evaluation.Next()) return null;

        var (number, values) = (evaluation.Whole(0), new double?[columns.Count]);
        return StoreFault.Row(Address, "panel", $"of evaluation {number}", () =>
        {
            panel.Start(number);
            while (panel.Next())
            {
                if (columns.TryGetValue(panel.Whole(0), out var column)) values[column] = panel.RealOrNull(1);
                else if (!words.Metrics.Values.Contains(panel.Whole(0))) throw new FormatException($"its metric {panel.Whole(0)} is not in the table 'metric'");
            }

            return new FinalPanel(evaluation.Count(1), evaluation.Whole(2), evaluation.Text(3), evaluation.Text(4), values);
        });
    }

    private IEnumerable<RecordedMetric> ReadMetricValues()
    {
        var names = words.Metrics.ToDictionary(m => m.Value, m => m.Key);
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
            row.Text(0), row.Count(1), row.Whole(2), row.Text(3),
            names.GetValueOrDefault(row.Whole(4)) ?? throw new FormatException($"its metric {row.Whole(4)} is not in the table 'metric'"), row.RealOrNull(5));
        while (row.Next()) yield return StoreFault.Row(Address, "panel", $"of trial {row.Text(0)}, step {row.Whole(2)}", read);
    }

    private List<RecordedPanel> Panels(string evaluations, string values, object? parameters) =>
    [
        .. connection.Query<EvaluationRow>(evaluations, parameters).Select(e => StoreFault.Row(Address, "evaluation", e.Number, () => new RecordedPanel(e.Name, new PanelRow(
            e.Epoch,
            e.Step,
            e.Space,
            [.. connection.Query<(string Name, double? Value)>(values, new { e.Number }).Select(v => KeyValuePair.Create(v.Name, v.Value))],
            StorePictures.SpectrumOf(e.Spectrum),
            e.Verdict,
            e.Evidence)))),
    ];

    private T Guard<T>(Func<T> action) => StoreFault.GuardReading(Address, action);

    private sealed record EvaluationRow
    {
        public long Number { get; init; }

        public string Name { get; init; } = "";

        public int Epoch { get; init; }

        public long Step { get; init; }

        public string Space { get; init; } = "";

        public string Verdict { get; init; } = "";

        public string Evidence { get; init; } = "";

        public string Spectrum { get; init; } = "";
    }
}
