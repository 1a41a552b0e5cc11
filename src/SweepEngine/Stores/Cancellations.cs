using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Takes back trials that have not ended. Call within a transaction.</summary>
internal static class Cancellations
{
    /// <inheritdoc cref="IStore.Cancel"/>
    /// <param name="address">The store's, for messages.</param>
    public static Cancellation Run(IStoreTransaction rows, string address, IReadOnlyCollection<string> trials, string by)
    {
        var reason = $"cancelled by {by}";
        var (ended, asked, before) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var id in trials.Distinct(StringComparer.Ordinal).ToList())
        {
            var trial = rows.Find(id) ?? throw new SweepException($"{address} has no trial {id}; nothing was changed.");
            if (trial.State != TrialState.Pending)
            {
                // Those that are built on it end with it.
                if (!ended.Contains(id)) before.Add(id);
            }
            else if (IsAtWork(rows, trial))
            {
                rows.SetCancelled(trial.Number, reason);
                asked.Add(id);
            }
            else
            {
                End(rows, trial, reason);
                ended.Add(id);
            }
        }

        return new Cancellation(ended, asked, before);
    }

    /// <summary>Ends the trials whose workers were asked to end them and are gone.</summary>
    public static void Serve(IStoreTransaction rows)
    {
        foreach (var (number, reason) in rows.CancelRequests())
        {
            if (rows.Trial(number) is { State: TrialState.Pending } trial && !IsAtWork(rows, trial)) End(rows, trial, reason);
        }
    }

    /// <summary>Whether a worker whose lease holds trains a trial.</summary>
    public static bool IsAtWork(IStoreRows rows, StoredTrial trial) => trial.Stack is { } stack && rows.Stack(stack)?.IsLive(rows.Now) == true;

    /// <summary>What is recorded of the trial stays, and so it ends where its rows do.</summary>
    private static void End(IStoreTransaction rows, StoredTrial trial, string reason)
    {
        var (losses, panels) = (rows.LossesOf(trial.Number), rows.PanelsOf(trial.Number));
        var epochs = panels.Select(p => p.Epoch).DefaultIfEmpty(0).Max();
        var steps = losses.Select(l => l.Step).Concat(panels.Select(p => p.Step)).DefaultIfEmpty(0).Max();
        rows.End(trial.Number, new Outcome(TrialState.Stopped, null, reason, epochs, steps, 0));
        var ended = rows.Trial(trial.Number);
        rows.Seal(trial.Number, TrialDigest.Of(rows, ended));
        Stages.EndWith(rows, ended);
        if (trial.Stack is { } stack) StackRows.CloseIfDone(rows, stack);
    }
}

/// <summary>What has become of trials that somebody took back, by their ids.</summary>
/// <param name="Ended">Were waiting, and are stopped.</param>
/// <param name="Asked">Are trained at this moment: their worker stops them at the end of the epoch that it is in.</param>
/// <param name="EndedBefore">Had ended already, and are as they were.</param>
public sealed record Cancellation(IReadOnlyList<string> Ended, IReadOnlyList<string> Asked, IReadOnlyList<string> EndedBefore);
