using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>What becomes of trials that are built on others. Call within a transaction.</summary>
internal static class Stages
{
    /// <summary>Ends the trials that are built on one that has ended without completing: they end as it did, and so are run again with it.</summary>
    /// <returns>How many.</returns>
    public static int EndWith(IStoreTransaction rows, StoredTrial stage)
    {
        if (stage.State is TrialState.Completed or TrialState.Pending) return 0;

        var ended = 0;
        foreach (var trial in rows.BuiltOn(stage.Number).Where(t => t.State == TrialState.Pending))
        {
            var how = stage.State == TrialState.Failed ? "failed" : "was stopped";
            rows.End(trial.Number, new Outcome(stage.State, stage.FailureClass, $"the trial {stage.Id}, which it is built on, {how}: {stage.Reason}", 0, 0, 0));
            var end = rows.Trial(trial.Number);
            rows.Seal(trial.Number, TrialDigest.Of(rows, end));
            ended += 1 + EndWith(rows, end);
        }

        return ended;
    }

    /// <summary>Has a stage trained again whose files are gone. The trials of a stack that wait for it leave the stack.</summary>
    public static void Repeat(IStoreTransaction rows, long stack, long stage)
    {
        foreach (var trial in rows.PendingOf(stack).Where(t => t.Stage == stage)) rows.MakePending(trial.Number, trial.Alone, trial.Retries);

        // One that is pending is trained in any case, perhaps by somebody else at this moment.
        if (rows.Trial(stage).State != TrialState.Pending) Forget(rows, stage);
        StackRows.CloseIfDone(rows, stack);
    }

    /// <summary>Makes a trial as if it had never been trained.</summary>
    public static void Forget(IStoreTransaction rows, long trial)
    {
        rows.ForgetResults([trial], after: -1);
        foreach (var artifact in rows.ArtifactsOf(trial)) rows.ForgetArtifact(trial, artifact.Name);
        rows.MakePending(trial, alone: false, retries: 0);
    }
}
