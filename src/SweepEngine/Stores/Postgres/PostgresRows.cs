using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>The rows of a store, read within a transaction.</summary>
/// <param name="address">The store's, for messages.</param>
/// <param name="words">The store's, as they were read last.</param>
/// <param name="now">When the transaction began.</param>
internal class PostgresRows(Session session, string address, WordsInMind words, DateTimeOffset now) : IStoreRows
{
    /// <summary>The sweep by whose rules a trial is run: the oldest that names it. A scalar subquery over <c>trial</c> t.</summary>
    protected const string SweepOfTrial = "(SELECT min(sweep) FROM sweep_trial WHERE trial = t.number)";

    private const string IsState = "state IN ('pending', 'completed', 'stopped', 'failed')";

    public DateTimeOffset Now => now;

    public Vocabulary Vocabulary => Words.Vocabulary;

    protected StoredWords Words => words.Of(session);

    protected WordsInMind WordsInMind => words;

    protected Session Session => session;

    protected string Address => address;

    public IReadOnlyList<RecordedParameter> Parameters() => session.All(
        "SELECT name, doc, default_value, incidental, kind FROM parameter ORDER BY position, name",
        row => new RecordedParameter(row.Text(0), row.Text(1), row.TextOrNull(2), row.Whole(3) == 1, row.Text(4)));

    public IReadOnlyList<StoredSweep> Sweeps() => SweepQuery.All(session.Connection, address);

    public IReadOnlyCollection<long> TrialsOf(long sweep) =>
        session.All("SELECT trial FROM sweep_trial WHERE sweep = $1 ORDER BY trial", row => row.Whole(0), sweep);

    public IReadOnlyList<(long Trial, int Generation)> LaterTrialsOf(long sweep) => session.All(
        "SELECT trial, generation FROM sweep_trial WHERE sweep = $1 AND generation > 1 ORDER BY trial",
        row => (row.Whole(0), checked((int)row.Whole(1))),
        sweep);

    public IReadOnlyList<SearchStanding> Searches() => session.All(
        """
        SELECT s.name, s.generations, max(m.generation), count(*) FILTER (WHERE t.state = 'pending')
        FROM sweep s
        JOIN sweep_trial m ON m.sweep = s.number
        JOIN trial t ON t.number = m.trial
        WHERE s.generations > 1
        GROUP BY s.number, s.name, s.generations
        ORDER BY s.number
        """,
        row => new SearchStanding(row.Text(0), checked((int)row.Whole(2)), checked((int)row.Whole(1)), checked((int)row.Whole(3))));

    public IEnumerable<Membership> Memberships() => session.Stream(
        """
        SELECT s.name, t.id, m.generation
        FROM sweep_trial m
        JOIN sweep s ON s.number = m.sweep
        JOIN trial t ON t.number = m.trial
        ORDER BY t.number, s.number
        """,
        row => new Membership(row.Text(0), row.Text(1), checked((int)row.Whole(2))));

    public virtual StoredTrial? Find(string id) => First("t.id = $1", id);

    public IReadOnlyList<StoredTrial> FindBeginning(string id) => StoredTrialsWhere("t.id >= $1 AND t.id < $2 ORDER BY t.id", id, End(id));

    public StoredTrial? FindPoint(string beginning) => First("t.point >= $1 AND t.point < $2 ORDER BY t.point, t.seed LIMIT 1", beginning, End(beginning));

    public bool HasIdsOf(int digits) => session.Truth("SELECT EXISTS (SELECT 1 FROM trial WHERE length(id) = $1)", digits);

    public StoredTrial Trial(long number) => First("t.number = $1", number) ?? throw new KeyNotFoundException($"there is no trial {number}");

    public IReadOnlyList<(long Trial, string By)> CancelRequests() => session.All(
        "SELECT number, cancelled_by FROM trial WHERE cancelled_by IS NOT NULL AND state = 'pending' ORDER BY number", row => (row.Whole(0), row.Text(1)));

    public IReadOnlyList<SweepRules> Rules() => SweepQuery.Rules(session.Connection, address);

    public (long Number, SweepRules Rules)? SweepOf(long trial)
    {
        session.Settle();
        return SweepQuery.OfTrial(session.Connection, address, trial);
    }

    public IReadOnlyList<StoredTrial> BuiltOn(long stage) => StoredTrialsWhere("t.stage = $1 ORDER BY t.number", stage);

    public IReadOnlyList<StoredArtifact> ArtifactsOf(long trial) => [.. Artifacts("trial = $1 ORDER BY name", trial).Select(a => a.Artifact)];

    public IReadOnlyList<(long Trial, StoredArtifact Artifact)> ArtifactsNamed(string name) => Artifacts("name = $1 ORDER BY trial", name);

    public (IReadOnlySet<long> Open, IReadOnlySet<string> Artifacts) ArtifactsInUse() => (
        OpenStacks(), session.All("SELECT file FROM trial_artifact", row => row.Text(0)).ToHashSet(StringComparer.Ordinal));

    public IEnumerable<StoredTrial> StoredTrials() => session.Stream(
        $"SELECT {TrialQuery.Columns} FROM trial t WHERE t.planned = 1 OR t.state <> 'pending' ORDER BY t.number", row => TrialQuery.Read(address, row));

    public IEnumerable<PlannedBefore> PlannedBefore(string sweep) => session.All(
        """
        SELECT t.id, t.point, t.state <> 'pending',
            EXISTS (SELECT 1 FROM sweep_trial st JOIN sweep s ON s.number = st.sweep WHERE st.trial = t.number AND s.name = $1)
        FROM trial t
        """,
        row => new PlannedBefore(row.Text(0), row.Text(1), row.Truth(2), row.Truth(3)),
        sweep);

    public IEnumerable<RecordedTrial> Trials(bool byPoint) => RecordedTrials.All(session, address, Words, byPoint);

    public IEnumerable<IReadOnlyDictionary<string, ParameterValue>> Settings() => session.Stream(
        "SELECT number, settings FROM recorded_trial ORDER BY number",
        row => StoreDamage.Row(address, "trial", row.Whole(0), () => SettingsText.Parse(row.Text(1))));

    public IEnumerable<RecordedLoss> Losses() => RecordedSteps.OfAll(session, address, Words);

    public IReadOnlyList<LossRow> LossesOf(long trial) => RecordedSteps.OfTrial(session, address, Words, trial);

    public IEnumerable<RecordedMetric> MetricValues()
    {
        var known = WordsWithAllMetrics();
        return session.Stream(
            """
            SELECT t.id, e.epoch, e.step, e.space, p.metric, p.value
            FROM recorded_trial t
            JOIN evaluation e ON e.trial = t.number
            JOIN panel p ON p.evaluation = e.number
            ORDER BY t.number, e.step, e.space, p.metric
            """,
            row => StoreDamage.Row(address, "panel", $"of trial {row.Text(0)}, step {row.Whole(2)}", () => new RecordedMetric(
                row.Text(0), row.Count(1), row.Whole(2), row.Text(3), known.MetricOf(row.Whole(4)).Name, row.RealOrNull(5))));
    }

    public IReadOnlyList<PanelRow> PanelsOf(long trial) => RecordedPanels.OfTrial(session, address, words, trial);

    public IReadOnlyList<Judgement> JudgementsOf(long trial, long step) => session.All(
        "SELECT space, epoch, verdict, evidence FROM evaluation WHERE trial = $1 AND step <= $2 ORDER BY step, space",
        row => new Judgement(row.Text(0), row.Count(1), row.Text(2), row.Text(3)),
        trial, step);

    public double? ValueOf(long trial, long step, string space, string name) => space == Vocabulary.Loss
        ? session.All(
            """
            SELECT v.value
            FROM logged_step s
            LEFT JOIN term_value v ON v.trial = s.trial AND v.step = s.step AND v.term = (SELECT number FROM term WHERE name = $3)
            WHERE s.trial = $1 AND s.step <= $2
            ORDER BY s.step DESC LIMIT 1
            """,
            row => row.RealOrNull(0),
            trial, step, name).FirstOrDefault()
        : session.All(
            """
            SELECT p.value
            FROM evaluation e
            LEFT JOIN panel p ON p.evaluation = e.number AND p.metric = (SELECT number FROM metric WHERE name = $3)
            WHERE e.trial = $1 AND e.space = $4 AND e.step <= $2
            ORDER BY e.step DESC LIMIT 1
            """,
            row => row.RealOrNull(0),
            trial, step, name, space).FirstOrDefault();

    public IReadOnlyList<RecordedPanel> Baselines() => RecordedPanels.Baselines(session, address);

    public IReadOnlyList<VectorHead> VectorHeads() => session.All(
        """
        SELECT e.number, t.id, t.planned = 1 OR t.state <> 'pending', t.seed, t.stack_key, e.epoch, e.step, e.space, e.dimension
        FROM kept_vectors e JOIN trial t ON t.number = e.trial
        ORDER BY t.number, e.space, e.step
        """,
        row => new VectorHead(row.Whole(0), row.Text(1), row.Truth(2), row.Whole(3), row.Text(4), row.Count(5), row.Whole(6), row.Text(7), row.Count(8)));

    public VectorSample Sample(long number) => KeptVectorRows.Sample(session, address, number);

    public IEnumerable<(long Trial, StoredVectors Vectors)> StoredVectors() => KeptVectorRows.All(session, address);

    public IReadOnlyList<(string Bank, IReadOnlyList<int> Labels)> Images() => session.All(
        "SELECT bank, labels FROM kept_images ORDER BY bank", row => (row.Text(0), (IReadOnlyList<int>)PackedVectors.Numbers(row.Bytes(1))));

    public IEnumerable<RecordedSpectrum> Spectra() => RecordedPanels.Spectra(session, address);

    public IReadOnlyDictionary<string, TimeSpan> StageTimes() => session.All(
            "SELECT stage, sum(seconds) FROM stage_time GROUP BY stage ORDER BY stage",
            row => (Stage: row.Text(0), Time: StoreDamage.Row(address, "stage_time", $"of stage {row.Text(0)}", () => StoreTime.Duration(row.Real(1)))))
        .ToDictionary(s => s.Stage, s => s.Time, StringComparer.Ordinal);

    public IReadOnlyList<RecordedEnvironment> Environments() => StackQuery.Environments(session.Connection, address);

    public IReadOnlyList<RecordedBreak> Breaks() => StackQuery.Breaks(session.Connection);

    public IReadOnlyList<RecordedInput> Inputs() => session.All(
        "SELECT part, settings, content, place, seen_utc FROM input ORDER BY part, settings",
        row => new RecordedInput(new TrialInput(row.Text(0), row.Text(1), row.Text(2), row.Text(3)), row.Text(4)));

    public IReadOnlyDictionary<TrialState, int> CountsByState() => session.All(
            $"SELECT state, count(*) FROM recorded_trial WHERE {IsState} GROUP BY state", row => (State: TrialStates.Parse(row.Text(0)), Count: row.Count(1)))
        .ToDictionary(c => c.State, c => c.Count);

    public IReadOnlyList<HeldStack> HeldStacks() => StackQuery.Held(session.Connection, address);

    public int FinishedSince(DateTimeOffset time) =>
        (int)(session.Number("SELECT count(*) FROM trial WHERE finished_utc > $1", StoreTime.Text(time)) ?? 0);

    public IReadOnlyList<double> LatestSeconds(int most) => session.All(
        """
        SELECT number, seconds
        FROM (SELECT number, seconds FROM trial WHERE finished_utc IS NOT NULL ORDER BY finished_utc DESC LIMIT $1) latest
        WHERE seconds IS NOT NULL
        """,
        row => StoreDamage.Row(address, "trial", row.Whole(0), () => StoreTime.Duration(row.Real(1))).TotalSeconds,
        most);

    public IEnumerable<FinalValue> FinalValues(string space, string name)
    {
        var last = space == Vocabulary.Loss
            ? """
              JOIN term_value p ON p.trial = t.number AND p.term = (SELECT number FROM term WHERE name = $1)
                  AND p.step = (SELECT max(step) FROM logged_step WHERE trial = t.number)
              """
            : """
              JOIN evaluation e ON e.number =
                  (SELECT number FROM evaluation WHERE trial = t.number AND space = $2 ORDER BY step DESC LIMIT 1)
              JOIN panel p ON p.evaluation = e.number AND p.metric = (SELECT number FROM metric WHERE name = $1)
              """;
        return session.All(
            $"SELECT t.number, t.id, t.state, p.value FROM recorded_trial t {last} WHERE t.{IsState} AND p.value IS NOT NULL ORDER BY t.number",
            row => new FinalValue(row.Whole(0), row.Text(1), TrialStates.Parse(row.Text(2)), row.Real(3)),
            space == Vocabulary.Loss ? [name] : [name, space]);
    }

    public IReadOnlyList<(TrialState State, string Space, string Verdict, int Count)> FinalVerdicts() => session.All(
        $"""
        SELECT t.state, e.space, e.verdict, count(*)
        FROM recorded_trial t
        JOIN evaluation e ON e.trial = t.number
        WHERE t.{IsState} AND e.step = (SELECT max(step) FROM evaluation WHERE trial = t.number AND space = e.space)
        GROUP BY t.state, e.space, e.verdict
        ORDER BY t.state, e.space, e.verdict
        """,
        row => (TrialStates.Parse(row.Text(0)), row.Text(1), row.Text(2), row.Count(3)));

    public StackRow? Stack(long number) => StackWhere("s.number = $1", number);

    public StackRecord StackRecord(long number) => StackQuery.Record(session.Connection, number);

    public IReadOnlyList<StoredCheckpoint> CheckpointsOf(long stack) => session.All(
        "SELECT step, file, sha256, seconds FROM stack_checkpoint WHERE stack = $1 ORDER BY step DESC",
        row => new StoredCheckpoint(row.Whole(0), row.Text(1), row.TextOrNull(2), row.Real(3)),
        stack);

    public (IReadOnlySet<long> Open, IReadOnlySet<string> Checkpoints) UnfinishedStacks() => (
        OpenStacks(),
        session.All("SELECT c.file FROM stack_checkpoint c JOIN stack s ON s.number = c.stack WHERE s.finished_utc IS NULL", row => row.Text(0))
            .ToHashSet(StringComparer.Ordinal));

    /// <summary>Does nothing: the server says so itself when it reads a page that is damaged.</summary>
    public void RefuseCorruption()
    {
    }

    protected StackRow? StackWhere(string condition, params ReadOnlySpan<object?> values) => session.All(
        $"SELECT {StackQuery.Columns} FROM stack s WHERE {condition}", row => StackQuery.Read(address, row), values).FirstOrDefault();

    protected List<StoredTrial> StoredTrialsWhere(string condition, params ReadOnlySpan<object?> values) => session.All(
        $"SELECT {TrialQuery.Columns} FROM trial t WHERE {condition}", row => TrialQuery.Read(address, row), values);

    protected StoredTrial? First(string condition, params ReadOnlySpan<object?> values) => StoredTrialsWhere(condition, values).FirstOrDefault();

    /// <summary>What is after all texts that begin so. UTF-8 has no such byte, so it is the last character that there is.</summary>
    private static string End(string beginning) => beginning + "\U0010FFFF";

    private HashSet<long> OpenStacks() => [.. session.All("SELECT number FROM stack WHERE finished_utc IS NULL", row => row.Whole(0))];

    private List<(long Trial, StoredArtifact Artifact)> Artifacts(string condition, object value) => session.All(
        $"SELECT trial, name, file, bytes, sha256, best_by, value FROM trial_artifact WHERE {condition}",
        row => (row.Whole(0), StoreDamage.Row(address, "trial_artifact", row.Whole(0), () => new StoredArtifact(
            row.Text(1), row.Text(2), row.Whole(3), row.Text(4), row.TextOrNull(5), row.RealOrNull(6)))),
        value);

    /// <summary>Another process may have recorded a metric that this one has never heard of.</summary>
    private StoredWords WordsWithAllMetrics()
    {
        if (Words.Metrics.Count != session.Number("SELECT count(*) FROM metric")) words.Forget();
        return Words;
    }
}

/// <summary>The words of a store, kept between transactions: they seldom change.</summary>
internal sealed class WordsInMind
{
    private StoredWords? words;

    public StoredWords Of(Session session) => words ??= StoredWords.Read(session.Connection);

    /// <summary>Has the words read again: they may have changed, or what was written of them may have been undone.</summary>
    public void Forget() => words = null;
}
