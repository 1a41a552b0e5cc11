using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// Reads a store as it was at the first read: a worker may go on writing, and what is read stays of one piece. Rows are
/// streamed in an order that does not depend on the order of recording.
/// </summary>
public sealed class StoreReader : IDisposable
{
    private readonly ReadingConnection reading;
    private readonly SqliteConnection connection;
    private readonly TimeProvider time;
    private readonly StoredWords words;

    internal StoreReader(string path, TimeProvider time)
    {
        Path = path;
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

    public string Path { get; }

    /// <summary>The words of what trials yield, as the runners that wrote to the store declared them, in the order of export.</summary>
    public Vocabulary Vocabulary => words.Vocabulary;

    /// <summary>The spaces that trials have, in the order of export and of <see cref="RecordedTrial.Panels"/>.</summary>
    public IReadOnlyList<Space> Spaces { get; }

    /// <summary>The metrics of each of <see cref="Spaces"/>, in the order of export and of <see cref="FinalPanel.Values"/>.</summary>
    public IReadOnlyList<IReadOnlyList<Metric>> Metrics { get; }

    /// <summary>Every parameter that trials may have, in the order of export.</summary>
    public IReadOnlyList<RecordedParameter> Parameters { get; }

    /// <summary>The sweeps in the order in which they were first registered.</summary>
    public IReadOnlyList<RecordedSweep> Sweeps() => Guard(() => connection.Query<(string Name, string Question, string Text)>(
        """
        SELECT s.name, s.question, f.text
        FROM sweep s
        JOIN sweep_file f ON f.sweep = s.number AND f.revision = (SELECT max(revision) FROM sweep_file WHERE sweep = s.number)
        ORDER BY s.number
        """).Select(s => new RecordedSweep(s.Name, s.Question, s.Text)).ToList());

    /// <summary>Every sweep's trials, as its file names them now; a trial that several sweeps name is of each.</summary>
    public IEnumerable<(string Sweep, string Trial)> Memberships() => StoreFault.GuardEach(Path, connection.Query<(string Sweep, string Trial)>(
        """
        SELECT s.name, t.id
        FROM sweep_trial m
        JOIN sweep s ON s.number = m.sweep
        JOIN trial t ON t.number = m.trial
        ORDER BY t.number, s.number
        """,
        buffered: false));

    public StoreStatus Status() => Guard(() => StatusQuery.Run(connection, time.GetUtcNow()));

    /// <summary>What registering the plan would change.</summary>
    public SweepChange ChangeBy(SweepPlan plan) => Guard(() => SweepChange.Of(connection, plan));

    /// <summary>Trials that are planned or have a result, in the order in which they run.</summary>
    public IEnumerable<RecordedTrial> Trials() => StoreFault.GuardEach(Path, ReadTrials("number"));

    /// <summary>The same, those of a point one after the other; points in the order of their first trials.</summary>
    public IEnumerable<RecordedTrial> TrialsByPoint() => StoreFault.GuardEach(
        Path, ReadTrials("(SELECT min(number) FROM trial o WHERE o.point = recorded_trial.point), number"));

    /// <summary>The settings of <see cref="Trials"/> alone, in the same order.</summary>
    public IEnumerable<IReadOnlyDictionary<string, ParameterValue>> Settings() => StoreFault.GuardEach(Path, connection
        .Query<(long Number, string Settings)>("SELECT number, settings FROM recorded_trial ORDER BY number", buffered: false)
        .Select(t => StoreFault.Row(Path, "trial", t.Number, () => SettingsText.Parse(t.Settings))));

    /// <summary>Loss rows by trial, then step.</summary>
    public IEnumerable<RecordedLoss> Losses() => StoreFault.GuardEach(Path, LossQuery.OfAll(connection, words));

    /// <summary>The loss rows of one trial, by step.</summary>
    /// <param name="trial">The trial's id.</param>
    public IReadOnlyList<LossRow> Losses(string trial) => Guard(() => LossQuery.OfTrial(connection, words, trial));

    /// <summary>The best trial so far and the verdicts.</summary>
    /// <param name="metric">What trials are ranked by, as in <see cref="Vocabulary.RankingNames"/>; null ranks none.</param>
    public StoreStanding Standing(string? metric) => Guard(() => StandingQuery.Run(connection, Vocabulary, metric));

    /// <summary>Metrics by trial, step, space and the metric's number.</summary>
    public IEnumerable<RecordedMetric> MetricValues() => StoreFault.GuardEach(Path, ReadMetricValues());

    /// <summary>Every panel of one trial with verdict and spectrum, by step and space.</summary>
    /// <param name="trial">The trial's id.</param>
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

    /// <summary>Makes sure that what is recorded is what was recorded. Reads all of the store once.</summary>
    /// <exception cref="SweepException">The database is damaged, or what it holds of a trial that has ended.</exception>
    public void RefuseDamage() => Guard(() =>
    {
        if (connection.ExecuteScalar<string>("PRAGMA quick_check(1)") is var found and not "ok")
        {
            throw new SweepException(StoreFault.Damage(Path, found ?? "no answer"));
        }

        using var digest = new TrialDigest(connection);
        using var trials = new Statement(connection, "SELECT number, id, digest FROM trial WHERE digest IS NOT NULL ORDER BY number");
        trials.Start();
        while (trials.Next())
        {
            if (digest.Of(trials.Whole(0)) != trials.Text(2))
            {
                throw new SweepException(
                    $"{Path}: what is recorded of trial {trials.Text(1)} is damaged: it does not have the checksum that it was recorded with. Restore a copy of the store.");
            }
        }

        return true;
    });

    /// <summary>The panels of what trials share, by name.</summary>
    public IReadOnlyList<RecordedPanel> Baselines() => Guard(() => Panels(
        "SELECT number, name, 0 AS epoch, 0 AS step, space, verdict, evidence, spectrum FROM baseline ORDER BY name",
        """
        SELECT m.name, v.value FROM baseline_value v JOIN metric m ON m.number = v.metric
        WHERE v.baseline = @Number ORDER BY m.position, m.number
        """,
        null));

    /// <summary>The vectors after training that are kept, by trial.</summary>
    public IReadOnlyList<RecordedVectors> Vectors() => Guard(() => StorePictures.Vectors(connection));

    /// <param name="number">Of <see cref="RecordedVectors"/>.</param>
    public VectorSample Sample(long number) => Guard(() => StorePictures.Sample(connection, number));

    /// <summary>Spectra of all spaces at the last evaluation, by trial.</summary>
    public IEnumerable<RecordedSpectrum> Spectra() => StoreFault.GuardEach(Path, StorePictures.Spectra(connection));

    /// <summary>Wall time of all stacks by stage; stacks that are trained at once count each for itself.</summary>
    public IReadOnlyDictionary<string, TimeSpan> StageTimes() => Guard(() => StorePictures.StageTimes(connection));

    /// <summary>Machines and versions, the one with most stacks first.</summary>
    public IReadOnlyList<RecordedEnvironment> Environments() => Guard(() => StorePictures.Environments(connection));

    /// <summary>Stacks that broke while they were trained, in that order.</summary>
    public IReadOnlyList<RecordedBreak> Breaks() => Guard(() => StackBreaks.Read(connection));

    /// <summary>What the trials were trained on.</summary>
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
            yield return StoreFault.Row(Path, "trial", number, () => ReadTrial(number, lossRow, panels));
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
        return StoreFault.Row(Path, "panel", $"of evaluation {number}", () =>
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
        while (row.Next()) yield return StoreFault.Row(Path, "panel", $"of trial {row.Text(0)}, step {row.Whole(2)}", read);
    }

    private List<RecordedPanel> Panels(string evaluations, string values, object? parameters) =>
    [
        .. connection.Query<EvaluationRow>(evaluations, parameters).Select(e => StoreFault.Row(Path, "evaluation", e.Number, () => new RecordedPanel(e.Name, new PanelRow(
            e.Epoch,
            e.Step,
            e.Space,
            [.. connection.Query<(string Name, double? Value)>(values, new { e.Number }).Select(v => KeyValuePair.Create(v.Name, v.Value))],
            StorePictures.SpectrumOf(e.Spectrum),
            e.Verdict,
            e.Evidence)))),
    ];

    private T Guard<T>(Func<T> action) => StoreFault.GuardReading(Path, action);

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
