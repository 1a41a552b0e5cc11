using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.SweepFiles;

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

    /// <summary>Trials that run again are evaluated as their sweep's file says now.</summary>
    /// <returns>How many trials are pending again.</returns>
    public static int Run(IStoreTransaction rows, string address, ParameterCatalogue catalogue, IReadOnlyCollection<TrialState> states)
    {
        var again = rows.Planned(states);
        foreach (var trial in again) Stages.Forget(rows, trial);

        var evaluations = rows.Sweeps()
            .ToDictionary(s => s.Number, s => s.Texts is [.., var last] ? SweepFileReader.EvaluationOf(last.Text, catalogue) : Evaluation.None);
        foreach (var number in again)
        {
            var trial = rows.Trial(number);
            var evaluation = rows.SweepOf(number) is { } sweep ? evaluations[sweep.Number] : Evaluation.None;
            if (Evaluation.TextIn(trial.Settings) == evaluation.Text) continue;

            rows.Refresh(number, trial.ToTrial(address, catalogue).Settings.EvaluatedWith(evaluation).ToJson(), trial.StackKey);
        }

        return again.Count;
    }
}
