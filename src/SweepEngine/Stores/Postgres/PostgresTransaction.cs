using System.Text.Json;
using Dapper;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>The rows of a store, read and written within a transaction.</summary>
/// <param name="reach">What the transaction writes to.</param>
internal sealed class PostgresTransaction(
    Session session, PostgresAddress place, WordsInMind words, DateTimeOffset now, Reach reach)
    : PostgresRows(session, place.Text, words, now), IStoreTransaction
{
    // Looking for one trial after the other costs a journey to the server each; from so many on, all ids come at once.
    private const int FewTrials = 8;

    /// <summary>Whether what a trial is built on is there. A condition over <c>trial</c> t.</summary>
    private const string IsReady = "(t.stage IS NULL OR (SELECT o.state FROM trial o WHERE o.number = t.stage) = 'completed')";

    private const string IsWaiting = $"t.state = 'pending' AND t.stack IS NULL AND t.planned = 1 AND {IsReady}";

    private readonly RowBuffer buffer = new(session.Connection);
    private HashSet<string>? ids;
    private long? lastTrial;
    private int looked;

    private string NowText => StoreTime.Text(Now);

    /// <summary>Has what is read from here on include what was written. To be called first.</summary>
    public PostgresTransaction Begun()
    {
        Session.Settle = buffer.Settle;
        return this;
    }

    public void AddWords(Vocabulary words, IEnumerable<RecordedParameter> parameters)
    {
        AddedWords.Write(Session.Connection, words, parameters);
        PostgresDescription.Forget(Session);
        WordsInMind.Forget();
    }

    public void PutHeadlines(IReadOnlyList<string> metrics)
    {
        AddedWords.PutHeadlines(Session.Connection, metrics);
        PostgresDescription.Forget(Session);
        WordsInMind.Forget();
    }

    /// <remarks>Where nobody else adds trials, those that are not there are known without asking for each.</remarks>
    public override StoredTrial? Find(string id)
    {
        if (!reach.Whole || ++looked < FewTrials) return base.Find(id);

        ids ??= [.. Session.All("SELECT id FROM trial", row => row.Text(0))];
        return ids.Contains(id) ? base.Find(id) : null;
    }

    public long PutSweep(string name, string question, SweepRules rules, string? created = null) => Session.Number(
        """
        INSERT INTO sweep (name, question, created_utc, stop, most_retries, stack_width, generations) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (name) DO UPDATE SET
            question = excluded.question, stop = excluded.stop, most_retries = excluded.most_retries, stack_width = excluded.stack_width,
            generations = excluded.generations
        RETURNING number
        """,
        name, question, created ?? NowText, RulesText.Of(rules.Stop), rules.MostRetries, rules.StackWidth, rules.Generations)!.Value;

    public void AddText(long sweep, SweepText text) => Session.Execute(
        "INSERT INTO sweep_file (sweep, revision, text, registered_utc) VALUES ($1, $2, $3, $4)", sweep, text.Revision, text.Text, text.Registered);

    public void Name(long sweep, long trial, int generation) => buffer.Name(sweep, trial, generation);

    public void Unname(long sweep, long trial) => Session.Execute("DELETE FROM sweep_trial WHERE sweep = $1 AND trial = $2", sweep, trial);

    public bool IsNamed(long trial) => Session.Truth("SELECT EXISTS (SELECT 1 FROM sweep_trial WHERE trial = $1)", trial);

    public void SetPlanned(long trial, bool planned) => Session.Execute("UPDATE trial SET planned = $1 WHERE number = $2", planned ? 1L : 0L, trial);

    public long AddTrial(NewTrial trial)
    {
        lastTrial = 1 + (lastTrial ?? Session.Number("SELECT max(number) FROM trial") ?? 0);
        buffer.Add(lastTrial.Value, trial, trial.Created ?? NowText);
        ids?.Add(trial.Id);
        return lastTrial.Value;
    }

    public void SetStage(long trial, long stage) => Session.Execute("UPDATE trial SET stage = $1 WHERE number = $2", stage, trial);

    public void PutArtifact(long trial, StoredArtifact artifact) => Session.Execute(
        """
        INSERT INTO trial_artifact (trial, name, file, bytes, sha256, best_by, value) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (trial, name) DO UPDATE SET
            file = excluded.file, bytes = excluded.bytes, sha256 = excluded.sha256, best_by = excluded.best_by, value = excluded.value
        """,
        trial, artifact.Name, artifact.File, artifact.Bytes, artifact.Checksum, artifact.BestBy, RowText.Finite(artifact.Value));

    public void ForgetArtifact(long trial, string name) => Session.Execute("DELETE FROM trial_artifact WHERE trial = $1 AND name = $2", trial, name);

    public void Refresh(long trial, string settings, string stackKey) =>
        Session.Execute("UPDATE trial SET settings = $1, stack_key = $2 WHERE number = $3", settings, stackKey, trial);

    public IReadOnlyList<long> Planned(IReadOnlyCollection<TrialState> states) => Session.All(
        "SELECT number FROM trial WHERE planned = 1 AND state = ANY($1) ORDER BY number",
        row => row.Whole(0),
        (object)states.Select(TrialStates.Text).ToArray());

    public StoredTrial? FirstWaiting() => First($"{IsWaiting} ORDER BY t.number LIMIT 1 FOR NO KEY UPDATE OF t SKIP LOCKED");

    public IReadOnlyList<(long Number, string Point)> Waiting(string stackKey, bool alone, long? sweep, long most) => Session.All(
        $"""
        SELECT t.number, t.point FROM trial t
        WHERE {IsWaiting} AND t.stack_key = $1 AND t.alone = $2 AND {SweepOfTrial} IS NOT DISTINCT FROM $3
        ORDER BY t.number LIMIT $4
        FOR NO KEY UPDATE OF t SKIP LOCKED
        """,
        row => (row.Whole(0), row.Text(1)),
        stackKey, alone ? 1L : 0L, sweep, most);

    public void ForgetResults(IReadOnlyCollection<long> trials, long after) => Session.Execute(
        """
        WITH terms AS (DELETE FROM term_value WHERE trial = ANY($1) AND step > $2),
            steps AS (DELETE FROM logged_step WHERE trial = ANY($1) AND step > $2),
            evaluations AS (DELETE FROM evaluation WHERE trial = ANY($1) AND step > $2 RETURNING number),
            panels AS (DELETE FROM panel USING evaluations WHERE panel.evaluation = evaluations.number)
        DELETE FROM kept_vectors WHERE trial = ANY($1) AND step > greatest($2, 0)
        """,
        trials.ToArray(), after);

    public void MakePending(long trial, bool alone, int retries) => Session.Execute(
        """
        UPDATE trial SET stack = NULL, alone = $2, retries = $3, state = 'pending', digest = NULL, failure_class = NULL, reason = NULL,
            epochs = NULL, steps = NULL, seconds = NULL, started_utc = NULL, finished_utc = NULL
        WHERE number = $1
        """,
        trial, alone ? 1L : 0L, retries);

    public void Begin(long stack) => Session.Execute(
        "UPDATE trial SET started_utc = coalesce(started_utc, $2) WHERE stack = $1 AND state = 'pending'", stack, NowText);

    public void SetCancelled(long trial, string? by) => Session.Execute("UPDATE trial SET cancelled_by = $1 WHERE number = $2", by, trial);

    public void SetProgress(long stack, Progress? progress) => Session.Execute(
        "UPDATE stack SET activity = $2, done = $3, total = $4, unit = $5 WHERE number = $1",
        stack, progress?.Activity, progress?.Done, progress?.Total, progress?.Unit);

    public void End(long trial, Outcome outcome) => Session.Execute(
        """
        UPDATE trial SET state = $2, failure_class = $3, reason = $4, epochs = $5, steps = $6, seconds = $7, finished_utc = $8,
            cancelled_by = NULL
        WHERE number = $1
        """,
        trial, TrialStates.Text(outcome.State), outcome.FailureClass, outcome.Reason, outcome.Epochs, outcome.Steps, RowText.Finite(outcome.Seconds), NowText);

    public void TakeEnd(long trial, StoredTrial end, long? stack) => Session.Execute(
        """
        UPDATE trial SET stack = $2, state = $3, failure_class = $4, reason = $5, epochs = $6, steps = $7, seconds = $8,
            retries = $9, started_utc = $10, finished_utc = $11
        WHERE number = $1
        """,
        trial, stack, TrialStates.Text(end.State), end.FailureClass, end.Reason, end.Epochs, end.Steps, end.Seconds, end.Retries, end.Started, end.Finished);

    public void Seal(long trial, string digest) => Session.Execute("UPDATE trial SET digest = $2 WHERE number = $1", trial, digest);

    public void TakeTurns(Matter matter) => Session.Execute("SELECT pg_advisory_xact_lock($1)", PostgresLocks.Of(place.Schema, matter));

    public IReadOnlyList<string> Holders(string beginning) => Session.All(
        "SELECT DISTINCT worker FROM stack WHERE finished_utc IS NULL AND starts_with(worker, $1) ORDER BY worker", row => row.Text(0), beginning);

    public StackRow? FirstFree(DateTimeOffset now, IReadOnlyCollection<string> gone) => StackWhere(
        $"""
        {StackQuery.IsOpen} AND (s.worker IS NULL OR s.lease_until <= $1 OR s.worker = ANY($2))
        ORDER BY s.number LIMIT 1
        FOR NO KEY UPDATE OF s SKIP LOCKED
        """,
        StoreTime.Text(now), gone.ToArray());

    public bool HasTaken() => Session.Truth(
        $"SELECT EXISTS (SELECT 1 FROM stack s WHERE {StackQuery.IsOpen}) OR EXISTS (SELECT 1 FROM trial t WHERE {IsWaiting})");

    public StackRow? StackHeldBy(string worker) => StackWhere("s.worker = $1 AND s.finished_utc IS NULL ORDER BY s.number LIMIT 1", worker);

    public IReadOnlyList<StoredTrial> PendingOf(long stack) => Session.All(
        $"""
        SELECT {TrialQuery.Columns}
        FROM stack_member m JOIN trial t ON t.number = m.trial
        WHERE m.stack = $1 AND t.stack = $1 AND t.state = 'pending'
        ORDER BY m.place
        """,
        row => TrialQuery.Read(Address, row),
        stack);

    public bool HasPending(long stack) => Session.Truth("SELECT EXISTS (SELECT 1 FROM trial WHERE stack = $1 AND state = 'pending')", stack);

    public IReadOnlyList<StackMember> Members(long stack) => Session.All(
        $"SELECT {TrialQuery.Columns}, m.left_step FROM stack_member m JOIN trial t ON t.number = m.trial WHERE m.stack = $1 ORDER BY m.place",
        row => new StackMember(TrialQuery.Read(Address, row), row.WholeOrNull(TrialQuery.Count)),
        stack);

    public long AddStack(IReadOnlyList<long> trials)
    {
        var numbers = trials.ToArray();
        return Session.Number(
            """
            WITH made AS (INSERT INTO stack (created_utc) VALUES ($1) RETURNING number),
                members AS (
                    INSERT INTO stack_member (stack, place, trial)
                    SELECT made.number, t.place - 1, t.trial FROM made, unnest($2::bigint[]) WITH ORDINALITY t (trial, place)),
                taken AS (UPDATE trial SET stack = made.number FROM made WHERE trial.number = ANY($2))
            SELECT number FROM made
            """,
            NowText, numbers)!.Value;
    }

    public long AddStack(StackRecord stack)
    {
        var number = Session.Number(
            "INSERT INTO stack (token, environment, created_utc, finished_utc) VALUES ($1, $2, $3, $4) RETURNING number",
            stack.Token, stack.Environment, stack.Created, stack.Finished)!.Value;
        Session.Execute(
            "INSERT INTO stack_member (stack, place, trial) SELECT $1, place, trial FROM unnest($2::bigint[], $3::bigint[]) m (place, trial)",
            number, stack.Members.Select(m => m.Place).ToArray(), stack.Members.Select(m => m.Trial).ToArray());
        foreach (var (stage, seconds) in stack.Stages) AddTime(number, stage, seconds);
        return number;
    }

    public void PutLease(StackRow stack) => Session.Execute(
        "UPDATE stack SET token = $2, worker = $3, lease_until = $4, lost_leases = $5, environment = $6 WHERE number = $1",
        stack.Number, stack.Token, stack.Worker, stack.Until is { } until ? StoreTime.Text(until) : null, stack.LostLeases, stack.Environment);

    public void SetLeft(long stack, long trial, long? step) =>
        Session.Execute("UPDATE stack_member SET left_step = $3 WHERE stack = $1 AND trial = $2", stack, trial, step);

    public void SetCheckpoints(long stack, IReadOnlyList<StoredCheckpoint> newestFirst)
    {
        Session.Execute("DELETE FROM stack_checkpoint WHERE stack = $1", stack);
        foreach (var checkpoint in newestFirst)
        {
            Session.Execute(
                "INSERT INTO stack_checkpoint (stack, step, file, sha256, seconds) VALUES ($1, $2, $3, $4, $5)",
                stack, checkpoint.Step, checkpoint.File, checkpoint.Checksum, checkpoint.Seconds);
        }
    }

    public void Finish(long stack) => Session.Execute("UPDATE stack SET finished_utc = $2 WHERE number = $1", stack, NowText);

    public void Write(long trial, LossRow row) =>
        buffer.Add(trial, row, [.. Words.Vocabulary.Terms.Zip(row.Terms).Select(t => (Words.NumberOf(t.First), t.Second))]);

    public void Write(long trial, PanelRow row)
    {
        AddMetrics(row);
        buffer.Add(trial, row, [.. row.Metrics.Select(m => (Words.Metrics[m.Key], m.Value))]);
    }

    public void AddBaseline(string name, PanelRow row)
    {
        var number = Session.Number(
            """
            INSERT INTO baseline (name, space, verdict, evidence, spectrum) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (name) DO NOTHING
            RETURNING number
            """,
            name, row.Space, row.Verdict, row.Evidence, RowText.Of(row.Spectrum));
        if (number is null) return;

        AddMetrics(row);
        Session.Execute(
            "INSERT INTO baseline_value (baseline, metric, value) SELECT $1, metric, value FROM unnest($2::bigint[], $3::double precision[]) v (metric, value)",
            number, row.Metrics.Select(m => Words.Metrics[m.Key]).ToArray(), row.Metrics.Select(m => RowText.Finite(m.Value)).ToArray());
    }

    public long? SmallestPlannedSeed(string point) => Session.Number("SELECT min(seed) FROM trial WHERE point = $1 AND planned = 1", point);

    public bool HasVectorsBefore(string space, long seed, string stackKey) => Session.Truth(
        """
        SELECT EXISTS (
            SELECT 1 FROM kept_vectors e JOIN trial o ON o.number = e.trial
            WHERE e.step = 0 AND e.space = $1 AND o.seed = $2 AND o.stack_key = $3)
        """,
        space, seed, stackKey);

    public IReadOnlyList<int>? LabelsOf(string bank) =>
        Session.All("SELECT labels FROM kept_images WHERE bank = $1", row => row.Bytes(0), bank) is [var labels] ? PackedVectors.Numbers(labels) : null;

    public void PutLabels(string bank, IReadOnlyList<int> labels) => Session.Execute(
        "INSERT INTO kept_images (bank, labels) VALUES ($1, $2) ON CONFLICT (bank) DO UPDATE SET labels = excluded.labels", bank, PackedVectors.Bytes(labels));

    public void PutVectors(long trial, StoredVectors vectors, bool replace)
    {
        const string update =
            """
            UPDATE SET epoch = excluded.epoch, bank = excluded.bank, dimension = excluded.dimension, centre = excluded.centre,
                scale = excluded.scale, samples = excluded.samples
            """;
        Session.Execute(
            $"""
            INSERT INTO kept_vectors (trial, step, epoch, space, bank, dimension, centre, scale, samples) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (trial, step, space) DO {(replace ? update : "NOTHING")}
            """,
            trial, vectors.Step, vectors.Epoch, vectors.Space, vectors.Bank, vectors.Dimension,
            vectors.Packed.Centre, vectors.Packed.Scale, vectors.Packed.Samples);
    }

    public void ForgetVectorsBefore(long trial, string space, long step) =>
        Session.Execute("DELETE FROM kept_vectors WHERE trial = $1 AND space = $2 AND step > 0 AND step < $3", trial, space, step);

    public void AddTime(long stack, string stage, double seconds) => Session.Execute(
        """
        INSERT INTO stage_time (stack, stage, seconds) VALUES ($1, $2, $3)
        ON CONFLICT (stack, stage) DO UPDATE SET seconds = stage_time.seconds + excluded.seconds
        """,
        stack, stage, seconds);

    public void AddBreak(RecordedBreak broke) => Session.Execute(
        "INSERT INTO stack_break (broke_utc, width, trials, failure_class, reason) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        broke.At, broke.Stack.Width, JsonSerializer.Serialize(broke.Stack.Trials), broke.Stack.FailureClass, broke.Stack.Reason);

    public void AddInput(RecordedInput input) => Session.Execute(
        "INSERT INTO input (settings, part, content, place, seen_utc) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        input.Input.Settings, input.Input.Part, input.Input.Content, input.Input.Place, input.SeenUtc);

    /// <summary>Adds the metrics of a panel that the store has no word for, and says that the space has them.</summary>
    private void AddMetrics(PanelRow row)
    {
        var known = Words;
        var names = row.Metrics.Select(m => m.Key).ToArray();
        var own = known.Vocabulary.SpaceOf(row.Space) is { } space
            ? known.Vocabulary.MetricsOf(space).Select(m => m.Name).ToHashSet(StringComparer.Ordinal)
            : null;
        if (names.All(name => known.Metrics.ContainsKey(name) && own?.Contains(name) != false)) return;

        // In one order, so that two who add the same do not wait for each other.
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            Session.Connection.Execute(
                "INSERT INTO metric (name, position, doc) VALUES (@name, (SELECT count(*) FROM metric), '') ON CONFLICT (name) DO NOTHING", new { name });
            Session.Connection.Execute(
                """
                INSERT INTO space_metric (space, metric) SELECT s.number, m.number FROM space s, metric m WHERE s.name = @Space AND m.name = @name
                ON CONFLICT DO NOTHING
                """,
                new { row.Space, name });
        }

        WordsInMind.Forget();
    }
}
