using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Writes what a stack yields, and what becomes of it with that. Call within a transaction.</summary>
internal static class StackRows
{
    /// <summary>Writes rows and ends of trials, and closes the stack when none of its trials is pending.</summary>
    /// <returns>Whether it is closed, so that its checkpoints have served.</returns>
    public static bool Record(IStoreTransaction rows, StackLease lease, RowBatch batch)
    {
        foreach (var (trial, row) in batch.Losses) rows.Write(lease.Trials[trial.Id].Number, row);
        foreach (var (trial, row) in batch.Panels) rows.Write(lease.Trials[trial.Id].Number, row);
        foreach (var (name, row) in batch.Baselines) rows.AddBaseline(name, row);
        foreach (var (trial, row) in batch.Vectors) KeptVectors.Write(rows, lease.Trials[trial.Id].Number, row);
        foreach (var (name, spent) in batch.Stages) rows.AddTime(lease.Stack, name, spent.TotalSeconds);
        foreach (var (trial, end) in batch.Outcomes) End(rows, lease.Stack, lease.Trials[trial.Id].Number, end);
        foreach (var trial in batch.TrialsSetApart) SetApart(rows, lease.Stack, lease.Trials[trial.Id].Number);
        if (!batch.HasEnds) return false;

        if (batch.Break is { } broke) AddBreak(rows, broke);
        if (batch.IsHalved) StackFormation.Halve(rows, lease.Stack);
        return CloseIfDone(rows, lease.Stack);
    }

    /// <summary>Records the end of a trial, unless it has ended, with a checksum of all that is recorded of it by then.</summary>
    public static void End(IStoreTransaction rows, long stack, long trial, Outcome end)
    {
        if (!rows.Trial(trial).IsPendingIn(stack)) return;

        rows.End(trial, end);
        rows.Seal(trial, TrialDigest.Of(rows, rows.Trial(trial)));
    }

    /// <summary>Takes a trial out of its stack, to be tried again alone and from its start.</summary>
    public static void SetApart(IStoreTransaction rows, long stack, long trial)
    {
        if (rows.Trial(trial) is not { } there || !there.IsPendingIn(stack)) return;

        rows.ForgetResults(trial, after: -1);
        rows.MakePending(trial, alone: true, there.Retries + 1);
    }

    public static void AddBreak(IStoreTransaction rows, StackBreak broke) => rows.AddBreak(new RecordedBreak(StoreTime.Text(rows.Now), broke));

    /// <returns>Whether the stack is done.</returns>
    public static bool CloseIfDone(IStoreTransaction rows, long stack)
    {
        if (rows.HasPending(stack)) return false;

        rows.Finish(stack);
        rows.SetCheckpoints(stack, []);
        return true;
    }
}
