using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>The rows of a store, read and written by a connection that has begun a transaction.</summary>
/// <param name="declared">The words of the runner whose rows are written; the store has them already.</param>
internal sealed class SqliteTransaction(SqliteConnection connection, string address, Vocabulary declared, TimeProvider time)
    : SqliteRows(connection, address, time), IStoreTransaction
{
    /// <summary>Whether what a trial is built on is there. A condition over <c>trial</c> t.</summary>
    private const string IsReady = "(t.stage IS NULL OR (SELECT state FROM trial WHERE number = t.stage) = 'completed')";

    private readonly RowWriter rows = new(connection, declared);

    private string NowText => StoreTime.Text(Now);

    public void AddWords(Vocabulary words, IEnumerable<RecordedParameter> parameters)
    {
        AddedWords.Write(Connection, words, parameters);
        SelfDescription.UpdateViews(Connection);
        ForgetWords();
        rows.ForgetWords();
    }

    public void PutHeadlines(IReadOnlyList<string> metrics)
    {
        AddedWords.PutHeadlines(Connection, metrics);
        ForgetWords();
        rows.ForgetWords();
    }

    public long PutSweep(string name, string question, SweepRules rules, string? created = null) => Connection.ExecuteScalar<long>(
        """
        INSERT INTO sweep (name, question, created_utc, stop, most_retries, stack_width, generations)
        VALUES (@name, @question, @created, @stop, @MostRetries, @StackWidth, @Generations)
        ON CONFLICT (name) DO UPDATE SET
            question = excluded.question, stop = excluded.stop, most_retries = excluded.most_retries, stack_width = excluded.stack_width,
            generations = excluded.generations
        RETURNING number
        """,
        new { name, question, created = created ?? NowText, stop = RulesText.Of(rules.Stop), rules.MostRetries, rules.StackWidth, rules.Generations });

    public void AddText(long sweep, SweepText text) => Connection.Execute(
        "INSERT INTO sweep_file (sweep, revision, text, registered_utc) VALUES (@sweep, @Revision, @Text, @Registered)",
        new { sweep, text.Revision, text.Text, text.Registered });

    public void Name(long sweep, long trial, int generation) =>
        Statements["INSERT INTO sweep_trial (sweep, trial, generation) VALUES (@sweep, @trial, @generation) ON CONFLICT DO NOTHING"]
            .Execute(sweep, trial, generation);

    public void Unname(long sweep, long trial) => Statements["DELETE FROM sweep_trial WHERE sweep = @sweep AND trial = @trial"].Execute(sweep, trial);

    public bool IsNamed(long trial) => Statements["SELECT EXISTS (SELECT 1 FROM sweep_trial WHERE trial = @trial)"].Number(trial) == 1;

    public void SetPlanned(long trial, bool planned) =>
        Statements["UPDATE trial SET planned = @planned WHERE number = @trial"].Execute(planned ? 1 : 0, trial);

    public long AddTrial(NewTrial trial) => Statements[
        """
        INSERT INTO trial (id, point, block, seed, settings, stack_key, planned, created_utc, stage)
        VALUES (@id, @point, @block, @seed, @settings, @key, @planned, @created, @stage)
        RETURNING number
        """].Number(
            trial.Id, trial.Point, trial.Block, trial.Seed, trial.Settings, trial.StackKey, trial.Planned ? 1 : 0, trial.Created ?? NowText,
            trial.Stage)!.Value;

    public void SetStage(long trial, long stage) => Statements["UPDATE trial SET stage = @stage WHERE number = @trial"].Execute(stage, trial);

    public void PutArtifact(long trial, StoredArtifact artifact) => Statements[
        """
        INSERT OR REPLACE INTO trial_artifact (trial, name, file, bytes, sha256, best_by, value)
        VALUES (@trial, @name, @file, @bytes, @checksum, @best_by, @value)
        """].Execute(
            trial, artifact.Name, artifact.File, artifact.Bytes, artifact.Checksum, artifact.BestBy, artifact.Value is { } value ? RowText.Finite(value)
            : null);

    public void ForgetArtifact(long trial, string name) => Statements["DELETE FROM trial_artifact WHERE trial = @trial AND name = @name"].Execute(trial, name);

    public void Refresh(long trial, string settings, string stackKey) =>
        Statements["UPDATE trial SET settings = @settings, stack_key = @key WHERE number = @trial"].Execute(settings, stackKey, trial);

    public IReadOnlyList<long> Planned(IReadOnlyCollection<TrialState> states) => Connection.Query<long>(
        "SELECT number FROM trial WHERE planned = 1 AND state IN @states ORDER BY number", new { states = states.Select(TrialStates.Text) }).AsList();

    public StoredTrial? FirstWaiting() => TrialQuery.First(
        Address,
        Statements[$"SELECT {TrialQuery.Columns} FROM trial t WHERE t.state = 'pending' AND t.stack IS NULL AND t.planned = 1 AND {IsReady} ORDER BY t.number LIMIT 1"]);

    public IReadOnlyList<(long Number, string Point)> Waiting(string stackKey, bool alone, long? sweep, long most) => Connection.Query<(long, string)>(
        $"""
        SELECT t.number, t.point FROM trial t
        WHERE t.state = 'pending' AND t.stack IS NULL AND t.planned = 1 AND t.stack_key = @stackKey AND t.alone = @alone AND {IsReady}
          AND {SweepOfTrial} IS @sweep
        ORDER BY t.number LIMIT @most
        """,
        new { stackKey, alone = alone ? 1 : 0, sweep, most }).AsList();

    public void ForgetResults(IReadOnlyCollection<long> trials, long after)
    {
        foreach (var trial in trials)
        {
            Statements["DELETE FROM logged_step WHERE trial = @trial AND step > @after"].Execute(trial, after);
            Statements["DELETE FROM evaluation WHERE trial = @trial AND step > @after"].Execute(trial, after);
            Statements["DELETE FROM kept_vectors WHERE trial = @trial AND step > @after"].Execute(trial, Math.Max(after, 0));
        }
    }

    public void MakePending(long trial, bool alone, int retries) => Statements[
        """
        UPDATE trial SET stack = NULL, alone = @alone, retries = @retries, state = 'pending', digest = NULL, failure_class = NULL, reason = NULL,
            epochs = NULL, steps = NULL, seconds = NULL, started_utc = NULL, finished_utc = NULL
        WHERE number = @trial
        """].Execute(alone ? 1 : 0, retries, trial);

    public void Begin(long stack) =>
        Statements["UPDATE trial SET started_utc = coalesce(started_utc, @now) WHERE stack = @stack AND state = 'pending'"].Execute(NowText, stack);

    public void SetCancelled(long trial, string? by) => Statements["UPDATE trial SET cancelled_by = @by WHERE number = @trial"].Execute(by, trial);

    public void End(long trial, Outcome outcome) => Statements[
        """
        UPDATE trial SET state = @state, failure_class = @class, reason = @reason, epochs = @epochs, steps = @steps, seconds = @seconds, finished_utc = @now,
            cancelled_by = NULL
        WHERE number = @trial
        """].Execute(
            TrialStates.Text(outcome.State), outcome.FailureClass, outcome.Reason, outcome.Epochs, outcome.Steps, RowText.Finite(outcome.Seconds), NowText,
            trial);

    public void TakeEnd(long trial, StoredTrial end, long? stack) => Statements[
        """
        UPDATE trial SET stack = @stack, state = @state, failure_class = @class, reason = @reason, epochs = @epochs, steps = @steps, seconds = @seconds,
            retries = @retries, started_utc = @started, finished_utc = @finished
        WHERE number = @trial
        """].Execute(
            stack, TrialStates.Text(end.State), end.FailureClass, end.Reason, end.Epochs, end.Steps, end.Seconds, end.Retries, end.Started, end.Finished,
            trial);

    public void Seal(long trial, string digest) => Statements["UPDATE trial SET digest = @digest WHERE number = @trial"].Execute(digest, trial);

    /// <summary>Does nothing: no other transaction is under way.</summary>
    public void TakeTurns(Matter matter)
    {
    }

    public IReadOnlyList<string> Holders(string beginning) => Connection.Query<string>(
        "SELECT DISTINCT worker FROM stack WHERE finished_utc IS NULL AND substr(worker, 1, length(@beginning)) = @beginning ORDER BY worker",
        new { beginning }).AsList();

    public StackRow? FirstFree(DateTimeOffset now, IReadOnlyCollection<string> gone) => StackQuery.First(
        Address,
        Statements[
            $"""
            SELECT {StackQuery.Columns}
            FROM stack s
            WHERE {StackQuery.IsOpen} AND (s.worker IS NULL OR s.lease_until <= @now OR s.worker IN (SELECT value FROM json_each(@gone)))
            ORDER BY s.number LIMIT 1
            """],
        StoreTime.Text(now),
        JsonSerializer.Serialize(gone));

    public bool HasTaken() => Statements[$"SELECT EXISTS (SELECT 1 FROM stack s WHERE {StackQuery.IsOpen})"].Number() == 1;

    public StackRow? StackHeldBy(string worker) => StackQuery.First(
        Address,
        Statements[$"SELECT {StackQuery.Columns} FROM stack s WHERE s.worker = @worker AND s.finished_utc IS NULL ORDER BY s.number LIMIT 1"],
        worker);

    public IReadOnlyList<StoredTrial> PendingOf(long stack) => TrialQuery.All(
        Address,
        Statements[
            $"""
            SELECT {TrialQuery.Columns}
            FROM stack_member m JOIN trial t ON t.number = m.trial
            WHERE m.stack = @stack AND t.stack = @stack AND t.state = 'pending'
            ORDER BY m.place
            """],
        stack);

    public bool HasPending(long stack) => Statements["SELECT EXISTS (SELECT 1 FROM trial WHERE stack = @stack AND state = 'pending')"].Number(stack) == 1;

    public IReadOnlyList<StackMember> Members(long stack)
    {
        var query = Statements[
            $"SELECT {TrialQuery.Columns}, m.left_step FROM stack_member m JOIN trial t ON t.number = m.trial WHERE m.stack = @stack ORDER BY m.place"];
        var members = new List<StackMember>();
        query.Start(stack);
        while (query.Next()) members.Add(new StackMember(TrialQuery.Read(Address, query), query.WholeOrNull(TrialQuery.Count)));
        return members;
    }

    public long AddStack(IReadOnlyList<long> trials)
    {
        var stack = Statements["INSERT INTO stack (created_utc) VALUES (@now) RETURNING number"].Number(NowText)!.Value;
        foreach (var (place, trial) in trials.Index())
        {
            AddMember(stack, place, trial);
            Statements["UPDATE trial SET stack = @stack WHERE number = @trial"].Execute(stack, trial);
        }

        return stack;
    }

    public long AddStack(StackRecord stack)
    {
        var number = Statements["INSERT INTO stack (token, environment, created_utc, finished_utc) VALUES (@token, @environment, @created, @finished) RETURNING number"]
            .Number(stack.Token, stack.Environment, stack.Created, stack.Finished)!.Value;
        foreach (var (place, trial) in stack.Members) AddMember(number, place, trial);
        foreach (var (stage, seconds) in stack.Stages) AddTime(number, stage, seconds);
        return number;
    }

    public void PutLease(StackRow stack) => Statements[
        """
        UPDATE stack SET token = @token, worker = @worker, lease_until = @until, lost_leases = @lost, environment = @environment
        WHERE number = @stack
        """].Execute(
            stack.Token, stack.Worker, stack.Until is { } until ? StoreTime.Text(until) : null, stack.LostLeases, stack.Environment, stack.Number);

    public void SetProgress(long stack, Progress? progress) =>
        Statements["UPDATE stack SET activity = @activity, done = @done, total = @total, unit = @unit WHERE number = @stack"]
            .Execute(progress?.Activity, progress?.Done, progress?.Total, progress?.Unit, stack);

    public void SetLeft(long stack, long trial, long? step) =>
        Statements["UPDATE stack_member SET left_step = @step WHERE stack = @stack AND trial = @trial"].Execute(step, stack, trial);

    public void SetCheckpoints(long stack, IReadOnlyList<StoredCheckpoint> newestFirst)
    {
        Statements["DELETE FROM stack_checkpoint WHERE stack = @stack"].Execute(stack);
        foreach (var checkpoint in newestFirst)
        {
            Statements["INSERT INTO stack_checkpoint (stack, step, file, sha256, seconds) VALUES (@stack, @step, @file, @checksum, @seconds)"]
                .Execute(stack, checkpoint.Step, checkpoint.File, checkpoint.Checksum, checkpoint.Seconds);
        }
    }

    public void Finish(long stack) => Statements["UPDATE stack SET finished_utc = @now WHERE number = @stack"].Execute(NowText, stack);

    public void Write(long trial, LossRow row) => rows.Write(trial, row, Words);

    public void Write(long trial, PanelRow row) => rows.Write(trial, row);

    public void AddBaseline(string name, PanelRow row) => rows.AddBaseline(name, row);

    public long? SmallestPlannedSeed(string point)
    {
        var query = Statements["SELECT min(seed) FROM trial WHERE point = @point AND planned = 1"];
        query.Start(point);
        var seed = query.Next() ? query.WholeOrNull(0) : null;
        query.Finish();
        return seed;
    }

    public bool HasVectorsBefore(string space, long seed, string stackKey) => Statements[
        """
        SELECT EXISTS (
            SELECT 1 FROM kept_vectors e JOIN trial o ON o.number = e.trial
            WHERE e.step = 0 AND e.space = @space AND o.seed = @seed AND o.stack_key = @key)
        """].Number(space, seed, stackKey) == 1;

    public IReadOnlyList<int>? LabelsOf(string bank) =>
        Connection.QuerySingleOrDefault<byte[]?>("SELECT labels FROM kept_images WHERE bank = @bank", new { bank }) is { } bytes
            ? PackedVectors.Numbers(bytes) : null;

    public void PutLabels(string bank, IReadOnlyList<int> labels) =>
        Statements["INSERT INTO kept_images (bank, labels) VALUES (@bank, @labels) ON CONFLICT (bank) DO UPDATE SET labels = excluded.labels"]
            .Execute(bank, PackedVectors.Bytes(labels));

    public void PutVectors(long trial, StoredVectors vectors, bool replace) => Statements[
        $"""
        INSERT OR {(replace ? "REPLACE" : "IGNORE")} INTO kept_vectors (trial, step, epoch, space, bank, dimension, centre, scale, samples)
        VALUES (@trial, @step, @epoch, @space, @bank, @dimension, @centre, @scale, @samples)
        """].Execute(
            trial, vectors.Step, vectors.Epoch, vectors.Space, vectors.Bank, vectors.Dimension, vectors.Packed.Centre, vectors.Packed.Scale,
            vectors.Packed.Samples);

    public void ForgetVectorsBefore(long trial, string space, long step) =>
        Statements["DELETE FROM kept_vectors WHERE trial = @trial AND space = @space AND step > 0 AND step < @step"].Execute(trial, space, step);

    public void AddTime(long stack, string stage, double seconds) => Statements[
        """
        INSERT INTO stage_time (stack, stage, seconds) VALUES (@stack, @stage, @seconds)
        ON CONFLICT (stack, stage) DO UPDATE SET seconds = seconds + excluded.seconds
        """].Execute(stack, stage, seconds);

    public void AddBreak(RecordedBreak broke) => Statements[
        """
        INSERT INTO stack_break (broke_utc, width, trials, failure_class, reason) VALUES (@at, @width, @trials, @class, @reason)
        ON CONFLICT DO NOTHING
        """].Execute(broke.At, broke.Stack.Width, JsonSerializer.Serialize(broke.Stack.Trials), broke.Stack.FailureClass, broke.Stack.Reason);

    public void AddInput(RecordedInput input) => Statements[
        """
        INSERT INTO input (settings, part, content, place, seen_utc) VALUES (@settings, @part, @content, @place, @seen)
        ON CONFLICT DO NOTHING
        """].Execute(input.Input.Settings, input.Input.Part, input.Input.Content, input.Input.Place, input.SeenUtc);

    public override void Dispose()
    {
        rows.Dispose();
        base.Dispose();
    }

    private void AddMember(long stack, long place, long trial) =>
        Statements["INSERT INTO stack_member (stack, place, trial) VALUES (@stack, @place, @trial)"].Execute(stack, place, trial);
}
