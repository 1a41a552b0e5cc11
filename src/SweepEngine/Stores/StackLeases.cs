using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine;

/// <summary>Hands stacks to workers and takes them back.</summary>
internal sealed class StackLeases(SqliteConnection connection, ParameterCatalogue catalogue, CheckpointFiles files, TimeProvider time)
{
    /// <summary>
    /// Leases the first stack that nobody trains any more, as a whole; when there is none, a new stack of the first
    /// waiting trials that may be stacked.
    /// </summary>
    public LeaseAnswer Next(LeaseRequest request)
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: false);
        var now = time.GetUtcNow();
        var open = OpenStacks();
        var live = open.Where(s => s.IsLive(now)).Select(s => s.Number).ToHashSet();
        var stack = open.Select(s => (long?)s.Number).FirstOrDefault(s => !live.Contains(s!.Value)) ?? Form(request, now);
        if (stack is null) return new LeaseAnswer(null, live.Count > 0);

        var token = Claim(stack.Value, request, now);
        var checkpoint = UsableCheckpoint(stack.Value);
        ForgetAfter(stack.Value, checkpoint?.Step ?? -1);
        var lease = Lease(stack.Value, token, checkpoint);
        transaction.Commit();
        files.DeleteOthers(stack.Value, checkpoint?.Path);
        return new LeaseAnswer(lease, live.Count > 0);
    }

    /// <returns>Whether the lease still held, and so was renewed.</returns>
    public static bool Renew(SqliteConnection connection, StackLease lease, DateTimeOffset now, TimeSpan duration) => connection.Execute(
        """
        UPDATE stack SET lease_until = @until
        WHERE number = @stack AND token = @token AND lease_until > @now
        """,
        new { stack = lease.Stack, token = lease.Token, now = StoreTime.Text(now), until = StoreTime.Text(now + duration) }) == 1;

    /// <summary>Gives the stack back, if it is still held.</summary>
    public void Release(StackLease lease) => connection.Execute(
        "UPDATE stack SET worker = NULL, lease_until = NULL WHERE number = @stack AND token = @token",
        new { stack = lease.Stack, token = lease.Token });

    /// <summary>Throws unless the lease holds. Call within the transaction that writes.</summary>
    public void Ensure(StackLease lease)
    {
        var held = connection.ExecuteScalar<long>(
            "SELECT count(*) FROM stack WHERE number = @stack AND token = @token AND lease_until > @now",
            new { stack = lease.Stack, token = lease.Token, now = StoreTime.Text(time.GetUtcNow()) });
        if (held == 0) throw new LeaseLostException(lease.Stack);
    }

    /// <summary>Closes the stack when none of its trials is pending. Call within the transaction that writes.</summary>
    /// <returns>Whether it is closed, so that its checkpoints have served.</returns>
    public bool CloseIfDone(StackLease lease) => connection.Execute(
        """
        UPDATE stack SET finished_utc = @now, checkpoint_step = NULL, checkpoint_file = NULL
        WHERE number = @stack AND NOT EXISTS (SELECT 1 FROM trial WHERE stack = @stack AND state = 'pending')
        """,
        new { stack = lease.Stack, now = StoreTime.Text(time.GetUtcNow()) }) == 1;

    /// <summary>Makes a file the stack's checkpoint. Call within the transaction that writes the rows before it.</summary>
    public void SetCheckpoint(StackLease lease, long step, string file)
    {
        connection.Execute(
            "UPDATE stack SET checkpoint_step = @step, checkpoint_file = @file WHERE number = @stack",
            new { stack = lease.Stack, step, file });
        connection.Execute(
            """
            UPDATE stack_member SET in_checkpoint = 0
            WHERE stack = @stack AND in_checkpoint = 1
              AND trial NOT IN (SELECT number FROM trial WHERE stack = @stack AND state = 'pending')
            """,
            new { stack = lease.Stack });
    }

    /// <summary>Stacks with trials to train, oldest first.</summary>
    private List<OpenStack> OpenStacks() => connection.Query<OpenStack>(
        """
        SELECT number, worker, lease_until AS LeaseUntil
        FROM stack
        WHERE finished_utc IS NULL
          AND EXISTS (SELECT 1 FROM trial WHERE stack = stack.number AND state = 'pending' AND planned = 1)
        ORDER BY number
        """).AsList();

    /// <returns>A new stack's number; null when no trial is waiting.</returns>
    private long? Form(LeaseRequest request, DateTimeOffset now)
    {
        var first = connection.QueryFirstOrDefault<WaitingTrial>(
            """
            SELECT number, id, point, block, seed, settings, stack_key AS StackKey, alone
            FROM trial
            WHERE state = 'pending' AND stack IS NULL AND planned = 1
            ORDER BY number LIMIT 1
            """);
        if (first is null) return null;

        var stack = connection.ExecuteScalar<long>(
            "INSERT INTO stack (created_utc) VALUES (@now) RETURNING number", new { now = StoreTime.Text(now) });
        var width = first.Alone == 1 ? 1 : Math.Max(1, request.StackWidth(first.ToTrial(catalogue)));
        connection.Execute(
            """
            INSERT INTO stack_member (stack, place, trial)
            SELECT @stack, row_number() OVER (ORDER BY number) - 1, number
            FROM (SELECT number FROM trial
                  WHERE state = 'pending' AND stack IS NULL AND planned = 1 AND stack_key = @StackKey AND alone = @Alone
                  ORDER BY number LIMIT @width)
            """,
            new { stack, first.StackKey, first.Alone, width });
        connection.Execute(
            "UPDATE trial SET stack = @stack WHERE number IN (SELECT trial FROM stack_member WHERE stack = @stack)", new { stack });
        return stack;
    }

    /// <returns>The fencing token.</returns>
    private long Claim(long stack, LeaseRequest request, DateTimeOffset now)
    {
        connection.Execute(
            "UPDATE trial SET started_utc = coalesce(started_utc, @now) WHERE stack = @stack AND state = 'pending'",
            new { stack, now = StoreTime.Text(now) });
        return connection.ExecuteScalar<long>(
            """
            UPDATE stack SET token = token + 1, worker = @worker, lease_until = @until, environment = @environment
            WHERE number = @stack
            RETURNING token
            """,
            new { stack, worker = request.Worker, until = StoreTime.Text(now + request.Duration), environment = request.Environment });
    }

    /// <summary>The stack's checkpoint; one whose file is gone, as when the database was moved alone, is forgotten.</summary>
    private Checkpoint? UsableCheckpoint(long stack)
    {
        var (step, file) = connection.QuerySingle<(long? Step, string? File)>(
            "SELECT checkpoint_step, checkpoint_file FROM stack WHERE number = @stack", new { stack });
        if (file is null) return null;

        var path = files.PathOf(file);
        if (File.Exists(path)) return new Checkpoint(step!.Value, path);

        connection.Execute("UPDATE stack SET checkpoint_step = NULL, checkpoint_file = NULL WHERE number = @stack", new { stack });
        connection.Execute("UPDATE stack_member SET in_checkpoint = 1 WHERE stack = @stack", new { stack });
        return null;
    }

    /// <summary>Removes the rows that training from a step on will write again.</summary>
    private void ForgetAfter(long stack, long step)
    {
        connection.Execute(
            """
            DELETE FROM loss
            WHERE trial IN (SELECT number FROM trial WHERE stack = @stack AND state = 'pending') AND step > @step
            """,
            new { stack, step });
        connection.Execute(
            """
            DELETE FROM evaluation
            WHERE trial IN (SELECT number FROM trial WHERE stack = @stack AND state = 'pending') AND step > @step
            """,
            new { stack, step });
        connection.Execute(
            """
            DELETE FROM embedding
            WHERE trial IN (SELECT number FROM trial WHERE stack = @stack AND state = 'pending') AND step > max(@step, 0)
            """,
            new { stack, step });
    }

    private StackLease Lease(long stack, long token, Checkpoint? checkpoint)
    {
        var members = connection.Query<WaitingTrial>(
            """
            SELECT t.number, t.id, t.point, t.block, t.seed, t.settings, t.retries,
                   t.state = 'pending' AND t.stack = @stack AS Unfinished
            FROM stack_member m
            JOIN trial t ON t.number = m.trial
            WHERE m.stack = @stack AND m.in_checkpoint = 1
            ORDER BY m.place
            """,
            new { stack }).AsList();
        return new StackLease(
            stack,
            token,
            new StackWork([.. members.Select(m => m.ToTrial(catalogue))], checkpoint),
            members.ToDictionary(m => m.Id, m => new LeasedTrial(m.Number, m.Unfinished == 1, m.Retries), StringComparer.Ordinal));
    }

    private sealed record OpenStack
    {
        public long Number { get; init; }

        public string? Worker { get; init; }

        public string? LeaseUntil { get; init; }

        public bool IsLive(DateTimeOffset now) => WorkerIdentity.HoldsLease(Worker, LeaseUntil, now);
    }

    private sealed record WaitingTrial
    {
        public long Number { get; init; }

        public string Id { get; init; } = "";

        public string Point { get; init; } = "";

        public string Block { get; init; } = "";

        public long Seed { get; init; }

        public string Settings { get; init; } = "";

        public string StackKey { get; init; } = "";

        public long Alone { get; init; }

        public int Retries { get; init; }

        public long Unfinished { get; init; }

        public Trial ToTrial(ParameterCatalogue catalogue) => new(Id, Point, Block, Seed, TrialSettings.FromJson(catalogue, Settings));
    }
}
