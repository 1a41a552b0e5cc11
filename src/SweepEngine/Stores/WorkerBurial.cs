using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>What becomes of a stack whose trials may have ended their worker. Call within a transaction.</summary>
internal static class WorkerBurial
{
    /// <summary>Takes the stack from a worker that has died, and does what its death asks for.</summary>
    /// <returns>What was done, in one sentence; null when it held none.</returns>
    public static string? Run(IStoreTransaction rows, WorkerDeath death)
    {
        if (rows.StackHeldBy(death.Worker) is not { } held) return null;

        // With the token the late worker is fenced off, should it not be as dead as it seems.
        rows.PutLease(held with { Token = held.Token + 1, Worker = null, Until = null, LostLeases = 0 });
        var (stack, pending) = (held.Number, rows.PendingOf(held.Number));
        if (death.FailureClass is { } failureClass && pending.Count > 0)
        {
            var width = rows.Members(stack).Count(m => m.LeftStep is null);
            StackRows.AddBreak(rows, new StackBreak([.. pending.Select(t => t.Id)], width, failureClass, death.Reason));
        }

        var done = (death.FailureClass, pending) switch
        {
            (null, _) => $"stack {stack} goes on from its last checkpoint",
            (_, [var trial]) => End(rows, stack, trial, death),
            (_, []) => null,
            _ => Halve(rows, stack, pending.Count),
        };
        StackRows.CloseIfDone(rows, stack);
        return done;
    }

    private static string Halve(IStoreTransaction rows, long stack, int trials)
    {
        StackFormation.Halve(rows, stack);
        return $"stack {stack} of {trials} trials is halved, and goes on from its last checkpoint";
    }

    private static string End(IStoreTransaction rows, long stack, StoredTrial trial, WorkerDeath death)
    {
        if (trial.Retries < StackLeases.RulesOf(rows, trial.Number).MostRetries)
        {
            StackRows.SetApart(rows, stack, trial.Number);
            return $"trial {trial.Id} is tried again";
        }

        StackRows.End(rows, stack, trial.Number, new Outcome(TrialState.Failed, death.FailureClass, death.Reason, 0, 0, 0));
        return $"trial {trial.Id} failed";
    }
}
