using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Makes finished trials pending again.</summary>
internal static class Requeues
{
    /// <exception cref="SweepException">A state is not final.</exception>
    public static void Check(IEnumerable<TrialState> states)
    {
        foreach (var state in states.Where(s => !TrialStates.IsFinal(s)))
        {
            throw new SweepException(
                $"Trials that are {TrialStates.Text(state)} have no result to forget; completed, stopped and failed ones can be run again.");
        }
    }

    /// <returns>How many trials are pending again.</returns>
    public static int Run(IStoreTransaction rows, IReadOnlyCollection<TrialState> states)
    {
        var again = rows.Planned(states);
        foreach (var trial in again) Stages.Forget(rows, trial);

        return again.Count;
    }
}
