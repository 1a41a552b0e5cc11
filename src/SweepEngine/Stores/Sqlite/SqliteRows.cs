using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>The rows of a store, read by a connection.</summary>
/// <param name="address">The store's, for messages.</param>
internal class SqliteRows(SqliteConnection connection, string address, TimeProvider time) : IStoreRows, IDisposable
{
    /// <summary>The sweep by whose rules a trial is run: the oldest that names it. A scalar subquery over <c>trial</c> t.</summary>
    protected const string SweepOfTrial = "(SELECT min(sweep) FROM sweep_trial WHERE trial = t.number)";

    /// <summary>A state that is none is for those to name who read the trial: whoever counts passes it over.</summary>
    internal const string IsState = "state IN ('pending', 'completed', 'stopped', 'failed')";

    private StoredWords? words;

    public DateTimeOffset Now => time.GetUtcNow();

    public Vocabulary Vocabulary => Words.Vocabulary;

    /// <summary>The words as they were read last.</summary>
    protected StoredWords Words => words ??= StoredWords.Read(connection);

    protected SqliteConnection Connection => connection;

    protected string Address => address;

    protected Statements Statements { get; } = new(connection);

    public IReadOnlyList<RecordedParameter> Parameters() =>
    [
        .. connection.Query<(string Name, string Doc, string? Default, long Incidental, string Kind)>(
                "SELECT name, doc, default_value, incidental, kind FROM parameter ORDER BY position, name")
            .Select(p => new RecordedParameter(p.Name, p.Doc, p.Default, p.Incidental == 1, p.Kind)),
    ];

    public IReadOnlyList<StoredSweep> Sweeps() => SweepQuery.All(connection, address);

    public IReadOnlyCollection<long> TrialsOf(long sweep) =>
        connection.Query<long>("SELECT trial FROM sweep_trial WHERE sweep = @sweep ORDER BY trial", new { sweep }).AsList();

    public IReadOnlyList<(long Trial, int Generation)> LaterTrialsOf(long sweep) => connection.Query<(long, int)>(
        "SELECT trial, generation FROM sweep_trial WHERE sweep = @sweep AND generation > 1 ORDER BY trial", new { sweep }).AsList();

    public IReadOnlyList<SearchStanding> Searches() =>
    [
        .. connection.Query<(string Sweep, long Generations, long Newest, long Pending)>(
            """
            SELECT s.name, s.generations, max(m.generation), sum(t.state = 'pending')
            FROM sweep s
            JOIN sweep_trial m ON m.sweep = s.number
            JOIN trial t ON t.number = m.trial
            WHERE s.generations > 1
            GROUP BY s.number
            ORDER BY s.number
            """)
            .Select(s => new SearchStanding(s.Sweep, checked((int)s.Newest), checked((int)s.Generations), checked((int)s.Pending))),
    ];

    public IEnumerable<Membership> Memberships() => connection.Query<(string Sweep, string Trial, long Generation)>(
        """
        SELECT s.name, t.id, m.generation
        FROM sweep_trial m
        JOIN sweep s ON s.number = m.sweep
        JOIN trial t ON t.number = m.trial
        ORDER BY t.number, s.number
        """,
        buffered: false).Select(m => new Membership(m.Sweep, m.Trial, checked((int)m.Generation)));

    public StoredTrial? Find(string id) =>
        TrialQuery.First(address, Statements[$"SELECT {TrialQuery.Columns} FROM trial t WHERE t.id = @id"], id);

    public IReadOnlyList<StoredTrial> FindBeginning(string id) => TrialQuery.All(
        address, Statements[$"SELECT {TrialQuery.Columns} FROM trial t WHERE t.id >= @id AND t.id < @end ORDER BY t.id"], id, id + char.MaxValue);

    public StoredTrial? FindPoint(string beginning) => TrialQuery.First(
        address,
        Statements[$"SELECT {TrialQuery.Columns} FROM trial t WHERE t.point >= @point AND t.point < @end ORDER BY t.point, t.seed LIMIT 1"],
        beginning,
        beginning + char.MaxValue);

    public bool HasIdsOf(int digits) =>
        connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM trial WHERE length(id) = @digits)", new { digits });

    public StoredTrial Trial(long number) =>
        TrialQuery.First(address, Statements[$"SELECT {TrialQuery.Columns} FROM trial t WHERE t.number = @number"], number)
        ?? throw new KeyNotFoundException($"there is no trial {number}");

    public IReadOnlyList<SweepRules> Rules() => SweepQuery.Rules(connection, address);

    public (long Number, SweepRules Rules)? SweepOf(long trial) => SweepQuery.OfTrial(connection, address, trial);

    public IReadOnlyList<StoredTrial> BuiltOn(long stage) =>
        TrialQuery.All(address, Statements[$"SELECT {TrialQuery.Columns} FROM trial t WHERE t.stage = @stage ORDER BY t.number"], stage);

    public IReadOnlyList<StoredArtifact> ArtifactsOf(long trial) =>
        [.. ArtifactQuery.OfTrial(address, Statements[ArtifactQuery.OfTrialSql], trial).Select(a => a.Artifact)];

    public IReadOnlyList<(long Trial, StoredArtifact Artifact)> ArtifactsNamed(string name) =>
        ArtifactQuery.OfTrial(address, Statements[ArtifactQuery.NamedSql], name);

    public (IReadOnlySet<long> Open, IReadOnlySet<string> Artifacts) ArtifactsInUse() => (
        connection.Query<long>("SELECT number FROM stack WHERE finished_utc IS NULL").ToHashSet(),
        connection.Query<string>("SELECT file FROM trial_artifact").ToHashSet(StringComparer.Ordinal));

    public IEnumerable<StoredTrial> StoredTrials()
    {
        using var row = new Statement(connection, $"SELECT {TrialQuery.Columns} FROM trial t WHERE t.planned = 1 OR t.state <> 'pending' ORDER BY t.number");
        row.Start();
        while (row.Next()) yield return TrialQuery.Read(address, row);
    }

    public IEnumerable<PlannedBefore> PlannedBefore(string sweep) => connection.Query<(string Id, string Point, bool Ended, bool Named)>(
        """
        SELECT t.id, t.point, t.state <> 'pending',
            EXISTS (SELECT 1 FROM sweep_trial st JOIN sweep s ON s.number = st.sweep WHERE st.trial = t.number AND s.name = @sweep)
        FROM trial t
        """,
        new { sweep },
        buffered: false).Select(t => new PlannedBefore(t.Id, t.Point, t.Ended, t.Named));

    public IEnumerable<RecordedTrial> Trials(bool byPoint) => RecordedTrialQuery.All(connection, address, Words, byPoint);

    public IEnumerable<IReadOnlyDictionary<string, ParameterValue>> Settings() => connection
        .Query<(long Number, string Settings)>("SELECT number, settings FROM recorded_trial ORDER BY number", buffered: false)
        .Select(t => StoreDamage.Row(address, "trial", t.Number, () => SettingsText.Parse(t.Settings)));

    public IEnumerable<RecordedLoss> Losses() => LossQuery.OfAll(connection, address, Words);

    public IReadOnlyList<LossRow> LossesOf(long trial) => LossQuery.OfTrial(Statements[LossQuery.OfTrialSql], address, Words, trial);

    public IEnumerable<RecordedMetric> MetricValues() => PanelQuery.Values(connection, address, Words);

    public IReadOnlyList<PanelRow> PanelsOf(long trial) =>
        PanelQuery.OfTrial(Statements[PanelQuery.EvaluationsSql], Statements[PanelQuery.ValuesSql], address, WordsWithAllMetrics(), trial);

    public IReadOnlyList<Judgement> JudgementsOf(long trial, long step) =>
    [
        .. connection.Query<(string Space, int Epoch, string Verdict, string Evidence)>(
                "SELECT space, epoch, verdict, evidence FROM evaluation WHERE trial = @trial AND step <= @step ORDER BY step, space",
                new { trial, step })
            .Select(e => new Judgement(e.Space, e.Epoch, e.Verdict, e.Evidence)),
    ];

    public double? ValueOf(long trial, long step, string space, string name) => ValueQuery.UpTo(connection, trial, step, space, name);

    public IReadOnlyList<RecordedPanel> Baselines() => PanelQuery.Baselines(connection, address);

    public IReadOnlyList<VectorHead> VectorHeads() => VectorQuery.Heads(connection);

    public VectorSample Sample(long number) => VectorQuery.Sample(connection, address, number);

    public IEnumerable<(long Trial, StoredVectors Vectors)> StoredVectors() => VectorQuery.All(connection, address);

    public IReadOnlyList<(string Bank, IReadOnlyList<int> Labels)> Images() =>
    [
        .. connection.Query<(string Bank, byte[] Labels)>("SELECT bank, labels FROM kept_images ORDER BY bank")
            .Select(i => (i.Bank, (IReadOnlyList<int>)PackedVectors.Numbers(i.Labels))),
    ];

    public IEnumerable<RecordedSpectrum> Spectra() => PanelQuery.Spectra(connection, address);

    public IReadOnlyDictionary<string, TimeSpan> StageTimes() => connection
        .Query<(string Stage, double Seconds)>("SELECT stage, sum(seconds) FROM stage_time GROUP BY stage ORDER BY stage")
        .ToDictionary(s => s.Stage, s =>
            StoreDamage.Row(address, "stage_time", $"of stage {s.Stage}", () => StoreTime.Duration(s.Seconds)), StringComparer.Ordinal);

    public IReadOnlyList<RecordedEnvironment> Environments() => StackQuery.Environments(connection, address);

    public IReadOnlyList<RecordedBreak> Breaks() => StackQuery.Breaks(connection);

    public IReadOnlyList<RecordedInput> Inputs() =>
    [
        .. connection.Query<(string Part, string Settings, string Content, string Place, string SeenUtc)>(
                "SELECT part, settings, content, place, seen_utc FROM input ORDER BY part, settings")
            .Select(i => new RecordedInput(new TrialInput(i.Part, i.Settings, i.Content, i.Place), i.SeenUtc)),
    ];

    public IReadOnlyList<(long Trial, string By)> CancelRequests() => connection.Query<(long, string)>(
        "SELECT number, cancelled_by FROM trial WHERE cancelled_by IS NOT NULL AND state = 'pending' ORDER BY number").AsList();

    public IReadOnlyDictionary<TrialState, int> CountsByState() => connection
        .Query<(string State, int Count)>($"SELECT state, count(*) FROM recorded_trial WHERE {IsState} GROUP BY state")
        .ToDictionary(c => TrialStates.Parse(c.State), c => c.Count);

    public IReadOnlyList<HeldStack> HeldStacks() => StackQuery.Held(connection, address);

    public int FinishedSince(DateTimeOffset time) =>
        connection.ExecuteScalar<int>("SELECT count(*) FROM trial WHERE finished_utc > @since", new { since = StoreTime.Text(time) });

    public IReadOnlyList<double> LatestSeconds(int most) =>
    [
        .. connection.Query<(long Number, double Seconds)>(
                """
                SELECT number, seconds
                FROM (SELECT number, seconds FROM trial WHERE finished_utc IS NOT NULL ORDER BY finished_utc DESC LIMIT @most)
                WHERE seconds IS NOT NULL
                """,
                new { most })
            .Select(t => StoreDamage.Row(address, "trial", t.Number, () => StoreTime.Duration(t.Seconds)).TotalSeconds),
    ];

    public IEnumerable<FinalValue> FinalValues(string space, string name) => ValueQuery.Final(connection, space, name);

    public IReadOnlyList<(TrialState State, string Space, string Verdict, int Count)> FinalVerdicts() =>
    [
        .. connection.Query<(string State, string Space, string Verdict, int Count)>(
                $"""
                SELECT t.state, e.space, e.verdict, count(*)
                FROM recorded_trial t
                JOIN evaluation e ON e.trial = t.number
                WHERE t.{IsState} AND e.step = (SELECT max(step) FROM evaluation WHERE trial = t.number AND space = e.space)
                GROUP BY t.state, e.space, e.verdict
                """)
            .Select(v => (TrialStates.Parse(v.State), v.Space, v.Verdict, v.Count)),
    ];

    public StackRow? Stack(long number) => StackQuery.First(address, Statements[$"SELECT {StackQuery.Columns} FROM stack s WHERE s.number = @number"], number);

    public StackRecord StackRecord(long number) => StackQuery.Record(connection, number);

    public IReadOnlyList<StoredCheckpoint> CheckpointsOf(long stack) =>
    [
        .. connection.Query<(long Step, string File, string? Checksum, double Seconds)>(
                "SELECT step, file, sha256, seconds FROM stack_checkpoint WHERE stack = @stack ORDER BY step DESC", new { stack })
            .Select(c => new StoredCheckpoint(c.Step, c.File, c.Checksum, c.Seconds)),
    ];

    public (IReadOnlySet<long> Open, IReadOnlySet<string> Checkpoints) UnfinishedStacks() => (
        connection.Query<long>("SELECT number FROM stack WHERE finished_utc IS NULL ORDER BY number").ToHashSet(),
        connection.Query<string>("SELECT c.file FROM stack_checkpoint c JOIN stack s ON s.number = c.stack WHERE s.finished_utc IS NULL")
            .ToHashSet(StringComparer.Ordinal));

    public void RefuseCorruption()
    {
        if (connection.ExecuteScalar<string>("PRAGMA quick_check(1)") is var found and not "ok")
            throw new SweepException(StoreFault.Damage(address, found ?? "no answer"));
    }

    public virtual void Dispose() => Statements.Dispose();

    /// <summary>Has the words read again: they may have changed, or what was written of them may have been undone.</summary>
    internal void ForgetWords() => words = null;

    /// <summary>Another process may have recorded a metric that this one has never heard of.</summary>
    private StoredWords WordsWithAllMetrics()
    {
        if (Words.Metrics.Count != Statements["SELECT count(*) FROM metric"].Number()) ForgetWords();
        return Words;
    }
}
