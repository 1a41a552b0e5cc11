using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Hands stacks to workers and takes them back.</summary>
internal sealed class StackLeases(
    SqliteConnection connection, string path, ParameterCatalogue catalogue, CheckpointFiles files, StackCheckpoints checkpoints, TimeProvider time)
{
    private readonly StackFormation formation = new(connection, path, catalogue);

    /// <summary>
    /// Leases the first stack that nobody trains any more, as a whole; when there is none, a new stack of the first
    /// waiting trials that may be stacked.
    /// </summary>
    public LeaseAnswer Next(LeaseRequest request)
    {
        long? stack;
        bool othersAtWork;
        long token;
        using (var transaction = ImmediateTransaction.Begin(connection, durable: false))
        {
            var now = time.GetUtcNow();
            var open = OpenStacks();
            var live = open.Where(s => s.IsLive(now)).Select(s => s.Number).ToHashSet();
            othersAtWork = live.Count > 0;
            stack = open.Select(s => (long?)s.Number).FirstOrDefault(s => !live.Contains(s!.Value)) ?? formation.Form(request, now);
            if (stack is null) return new LeaseAnswer(null, othersAtWork);

            token = Claim(stack.Value, request, now);
            if (checkpoints.Newest(stack.Value) is null)
            {
                var fresh = Begin(stack.Value, token, null, []);
                transaction.Commit();
                return new LeaseAnswer(fresh, othersAtWork);
            }

            transaction.Commit();
        }

        // The lease keeps the stack ours while its files are read, and others may write meanwhile.
        return new LeaseAnswer(Resume(stack.Value, token), othersAtWork);
    }

    /// <returns>Whether the lease still held, and so was renewed.</returns>
    public static bool Renew(SqliteConnection connection, StackLease lease, DateTimeOffset now, TimeSpan duration)
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: false);
        var renewed = connection.Execute(
            """
            UPDATE stack SET lease_until = @until
            WHERE number = @stack AND token = @token AND lease_until > @now
            """,
            new { stack = lease.Stack, token = lease.Token, now = StoreTime.Text(now), until = StoreTime.Text(now + duration) });
        transaction.Commit();
        return renewed == 1;
    }

    /// <summary>Gives the stack back, if it is still held.</summary>
    public void Release(StackLease lease)
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: false);
        connection.Execute(
            "UPDATE stack SET worker = NULL, lease_until = NULL, lost_leases = 0 WHERE number = @stack AND token = @token",
            new { stack = lease.Stack, token = lease.Token });
        transaction.Commit();
    }

    /// <summary>Throws unless the lease holds. Call within the transaction that writes.</summary>
    public void Ensure(long stack, long token)
    {
        var held = connection.ExecuteScalar<long>(
            "SELECT count(*) FROM stack WHERE number = @stack AND token = @token AND lease_until > @now",
            new { stack, token, now = StoreTime.Text(time.GetUtcNow()) });
        if (held == 0) throw new LeaseLostException(stack);
    }

    /// <summary>Takes the stack back to the checkpoint before its newest, which cannot be gone on from.</summary>
    public StackLease WithoutNewestCheckpoint(StackLease lease)
    {
        using (var transaction = ImmediateTransaction.Begin(connection, durable: true))
        {
            Ensure(lease.Stack, lease.Token);
            checkpoints.Drop(lease.Stack);
            transaction.Commit();
        }

        return Resume(lease.Stack, lease.Token);
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

    /// <returns>The fencing token.</returns>
    private long Claim(long stack, LeaseRequest request, DateTimeOffset now)
    {
        connection.Execute(
            "UPDATE trial SET started_utc = coalesce(started_utc, @now) WHERE stack = @stack AND state = 'pending'",
            new { stack, now = StoreTime.Text(now) });
        return connection.ExecuteScalar<long>(
            """
            UPDATE stack SET token = token + 1, worker = @worker, lease_until = @until, environment = @environment,
                lost_leases = lost_leases + (worker IS NOT NULL)
            WHERE number = @stack
            RETURNING token
            """,
            new { stack, worker = request.Worker, until = StoreTime.Text(now + request.Duration), environment = request.Environment });
    }

    /// <summary>Goes on from the newest checkpoint that is whole. Each that is not is named, and forgotten.</summary>
    private StackLease Resume(long stack, long token)
    {
        var notices = new List<string>();
        while (true)
        {
            var checkpoint = checkpoints.Newest(stack);
            var fault = checkpoint is null ? null : files.FaultOf(checkpoint);
            using var transaction = ImmediateTransaction.Begin(connection, durable: fault is not null);
            Ensure(stack, token);
            if (fault is null)
            {
                var lease = Begin(stack, token, checkpoint, notices);
                transaction.Commit();
                checkpoints.DeleteUnused(stack);
                return lease;
            }

            checkpoints.Drop(stack);
            notices.Add(checkpoints.Newest(stack) is { } before
                ? $"Stack {stack}: {fault}. It goes on from the one before it, at step {before.Step}."
                : $"Stack {stack}: {fault}. It starts again from the beginning.");
            transaction.Commit();
        }
    }

    private StackLease Begin(long stack, long token, StoredCheckpoint? checkpoint, IReadOnlyList<string> notices)
    {
        ForgetAfter(stack, checkpoint?.Step ?? -1);
        var members = connection.Query<StoredTrial>(
            """
            SELECT t.number, t.id, t.point, t.block, t.seed, t.settings, t.retries,
                   t.state = 'pending' AND t.stack = @stack AS Unfinished, t.steps
            FROM stack_member m
            JOIN trial t ON t.number = m.trial
            WHERE m.stack = @stack AND m.left_step IS NULL
            ORDER BY m.place
            """,
            new { stack }).AsList();
        return new StackLease(
            stack,
            token,
            new StackWork([.. members.Select(m => m.ToTrial(catalogue))], checkpoint is null ? null : checkpoints.Whole(checkpoint)),
            members.ToDictionary(
                m => m.Id, m => new LeasedTrial(m.Number, m.Unfinished == 1, m.Retries, m.Steps), StringComparer.Ordinal),
            SweepRulesTable.OfTrial(connection, path, members.First(m => m.Unfinished == 1).Number),
            connection.ExecuteScalar<int>("SELECT lost_leases FROM stack WHERE number = @stack", new { stack }),
            notices);
    }

    /// <summary>Removes the rows that training from a step on will write again.</summary>
    private void ForgetAfter(long stack, long step)
    {
        connection.Execute(
            """
            DELETE FROM logged_step
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
            DELETE FROM kept_vectors
            WHERE trial IN (SELECT number FROM trial WHERE stack = @stack AND state = 'pending') AND step > max(@step, 0)
            """,
            new { stack, step });
    }

    private sealed record OpenStack
    {
        public long Number { get; init; }

        public string? Worker { get; init; }

        public string? LeaseUntil { get; init; }

        public bool IsLive(DateTimeOffset now) => WorkerIdentity.HoldsLease(Worker, LeaseUntil, now);
    }
}
