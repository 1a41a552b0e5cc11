using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Writes what a stack yields, and what becomes of it with that. Call within a transaction.</summary>
internal static class StackRows
{
    /// <summary>Writes rows and ends of trials, and closes the stack when none of its trials is pending.</summary>
    /// <param name="words">The runner's: its loss rows are in their order.</param>
    public static StackEnd Record(IStoreTransaction rows, Vocabulary words, StackLease lease, RowBatch batch)
    {
        foreach (var (trial, row) in batch.Losses) rows.Write(lease.Trials[trial.Id].Number, row.Reordered(words.Terms, rows.Vocabulary.Terms));
        foreach (var (trial, row) in batch.Panels) rows.Write(lease.Trials[trial.Id].Number, row);
        foreach (var (name, row) in batch.Baselines) rows.AddBaseline(name, row);
        foreach (var (trial, row) in batch.Vectors) KeptVectors.Write(rows, lease.Trials[trial.Id].Number, row);
        foreach (var (name, spent) in batch.Stages) rows.AddTime(lease.Stack, name, spent.TotalSeconds);
        if (batch.Progress is { } progress) rows.SetProgress(lease.Stack, progress);
        foreach (var (trial, artifact) in batch.Artifacts) KeptArtifacts.Write(rows, words, lease.Trials[trial.Id].Number, artifact);
        var endedWith = batch.Outcomes.Sum(o => End(rows, lease.Stack, lease.Trials[o.Trial.Id].Number, o.Outcome));
        foreach (var trial in batch.TrialsSetApart) SetApart(rows, lease.Stack, lease.Trials[trial.Id].Number);
        if (!batch.HasEnds) return new StackEnd(false, 0);

        if (batch.Break is { } broke) AddBreak(rows, broke);
        if (batch.IsHalved) StackFormation.Halve(rows, lease.Stack);
        return new StackEnd(CloseIfDone(rows, lease.Stack), endedWith);
    }

    /// <summary>Records the end of a trial, unless it has ended, with a checksum of all that is recorded of it by then.</summary>
    /// <returns>How many trials that are built on it have ended with it.</returns>
    public static int End(IStoreTransaction rows, long stack, long trial, Outcome end)
    {
        if (!rows.Trial(trial).IsPendingIn(stack)) return 0;

        rows.End(trial, end);
        var ended = rows.Trial(trial);
        rows.Seal(trial, TrialDigest.Of(rows, ended));
        return Stages.EndWith(rows, ended);
    }

    /// <summary>Takes a trial out of its stack, to be tried again alone and from its start.</summary>
    public static void SetApart(IStoreTransaction rows, long stack, long trial)
    {
        if (rows.Trial(trial) is not { } there || !there.IsPendingIn(stack)) return;

        rows.ForgetResults([trial], after: -1);
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

/// <summary>What has become of a stack with what was recorded.</summary>
/// <param name="IsClosed">Whether none of its trials is pending any more, so that its checkpoints have served.</param>
/// <param name="EndedWithStages">How many trials of other stacks have ended because those that they are built on did not complete.</param>
internal readonly record struct StackEnd(bool IsClosed, int EndedWithStages);
