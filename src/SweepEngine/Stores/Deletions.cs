using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Removes trials with what they have left. Call within a transaction.</summary>
internal static class Deletions
{
    /// <inheritdoc cref="IStore.Delete"/>
    /// <param name="address">The store's, for messages.</param>
    /// <returns>How many trials were removed.</returns>
    /// <remarks>
    /// What stays is a row that nobody reads: which stack a trial was in belongs to its neighbours' record too. Vectors from before training
    /// follow from shapes and seed, and are kept once for all trials that share them.
    /// </remarks>
    public static int Run(IStoreTransaction rows, string address, IReadOnlyCollection<string> ids)
    {
        var trials = ids.Distinct(StringComparer.Ordinal)
            .Select(id => rows.Find(id) ?? throw new SweepException($"{address} has no trial {id}; nothing was changed.")).ToList();
        var numbers = trials.Select(t => t.Number).ToHashSet();
        foreach (var trial in trials)
        {
            if (trial.State == TrialState.Pending && Cancellations.IsAtWork(rows, trial))
            {
                throw new SweepException(
                    $"Trial {trial.Id} is being trained, so nothing was deleted. First: {CommandName.Line("cancel", address, trial.Id)}");
            }

            var above = rows.BuiltOn(trial.Number).Where(t => !numbers.Contains(t.Number) && IsRecorded(t)).ToList();
            if (above.Count == 0) continue;

            throw new SweepException(
                $"Trial {trial.Id} is what {(above.Count == 1 ? $"trial {above[0].Id} is" : $"{above.Count} trials are")} built on, "
                + $"so nothing was deleted. Name {(above.Count == 1 ? "it" : "those")} too.");
        }

        var sweeps = rows.Sweeps();
        foreach (var trial in trials)
        {
            Stages.Forget(rows, trial.Number);
            foreach (var sweep in sweeps) rows.Unname(sweep.Number, trial.Number);
            rows.SetPlanned(trial.Number, false);
            rows.SetCancelled(trial.Number, null);
            if (trial is { State: TrialState.Pending, Stack: { } stack }) StackRows.CloseIfDone(rows, stack);
        }

        return trials.Count;
    }

    private static bool IsRecorded(StoredTrial trial) => trial.Planned || trial.State != TrialState.Pending;
}
