using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>What becomes of a stack whose trials have ended, or have ended their worker. Call within a transaction.</summary>
internal sealed class StackEnds(
    SqliteConnection connection, ParameterCatalogue catalogue, StackCheckpoints checkpoints, RowWriter rows, string path, TimeProvider time)
{
    private readonly StackFormation formation = new(connection, path, catalogue);

    /// <summary>Records ends of trials, and closes the stack when none of its trials is pending.</summary>
    /// <returns>Whether it is closed, so that its checkpoints have served.</returns>
    public bool Record(long stack, RowBatch batch)
    {
        if (!batch.HasEnds) return false;

        if (batch.Break is { } broke) StackBreaks.Write(connection, broke, time.GetUtcNow());
        if (batch.IsHalved) formation.Halve(stack, checkpoints, time.GetUtcNow());
        return CloseIfDone(stack);
    }

    public bool CloseIfDone(long stack) => connection.Execute(
        """
        UPDATE stack SET finished_utc = @now,
            checkpoint_step = NULL, checkpoint_file = NULL, checkpoint_sha256 = NULL, checkpoint_seconds = NULL,
            previous_step = NULL, previous_file = NULL, previous_sha256 = NULL, previous_seconds = NULL
        WHERE number = @stack AND NOT EXISTS (SELECT 1 FROM trial WHERE stack = @stack AND state = 'pending')
        """,
        new { stack, now = StoreTime.Text(time.GetUtcNow()) }) == 1;

    /// <summary>Takes the stack from a worker that has died, and does what its death asks for.</summary>
    /// <returns>What was done, in one sentence; null when it held none.</returns>
    public string? Bury(WorkerDeath death)
    {
        var stack = connection.ExecuteScalar<long?>(
            "SELECT number FROM stack WHERE worker = @Worker AND finished_utc IS NULL", new { death.Worker });
        if (stack is null) return null;

        // With the token the late worker is fenced off, should it not be as dead as it seems.
        connection.Execute(
            "UPDATE stack SET token = token + 1, worker = NULL, lease_until = NULL, lost_leases = 0 WHERE number = @stack", new { stack });
        var pending = connection.Query<(long Number, string Id, int Retries)>(
            "SELECT number, id, retries FROM trial WHERE stack = @stack AND state = 'pending'", new { stack }).AsList();
        if (death.FailureClass is { } failureClass && pending.Count > 0)
        {
            var width = connection.ExecuteScalar<int>("SELECT count(*) FROM stack_member WHERE stack = @stack AND left_step IS NULL", new { stack });
            StackBreaks.Write(connection, new StackBreak([.. pending.Select(t => t.Id)], width, failureClass, death.Reason), time.GetUtcNow());
        }

        var done = (death.FailureClass, pending) switch
        {
            (null, _) => $"stack {stack} goes on from its last checkpoint",
            (_, [var trial]) => End(stack.Value, trial, death),
            (_, []) => null,
            _ => Halve(stack.Value, pending.Count),
        };
        CloseIfDone(stack.Value);
        return done;
    }

    private string Halve(long stack, int trials)
    {
        formation.Halve(stack, checkpoints, time.GetUtcNow());
        return $"stack {stack} of {trials} trials is halved, and goes on from its last checkpoint";
    }

    private string End(long stack, (long Number, string Id, int Retries) trial, WorkerDeath death)
    {
        if (trial.Retries < SweepRulesTable.OfTrial(connection, path, trial.Number).MostRetries)
        {
            rows.SetApart(stack, trial.Number);
            return $"trial {trial.Id} is tried again";
        }

        rows.Write(stack, trial.Number, new Outcome(TrialState.Failed, death.FailureClass, death.Reason, 0, 0, 0));
        return $"trial {trial.Id} failed";
    }
}
