using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary><c>trials.csv</c>: one row a trial.</summary>
internal static class TrialsCsv
{
    private static readonly string[] Columns =
        ["trial", "block", "seed", "state", "reason", "collapse_embedding", "collapse_representation", "epochs", "steps", "seconds"];

    /// <param name="varying">The parameters that have a column.</param>
    public static void Write(StoreReader store, IReadOnlyList<string> varying, string path)
    {
        using var file = new CsvFile(path, [.. Columns, .. varying, .. FinalMetrics.Names(store)]);
        foreach (var trial in store.Trials())
        {
            file.Text(trial.Id).Text(trial.Block).Number(trial.Seed).Text(TrialStates.Text(trial.State)).Text(Reason(trial))
                .Text(trial.Embedding?.Verdict).Text(trial.Representation?.Verdict)
                .Number(trial.Epochs).Number(trial.Steps).Number(trial.Seconds);
            foreach (var name in varying) file.Value(trial.Settings.GetValueOrDefault(name));
            file.Numbers(FinalMetrics.Of(store, trial)).EndRow();
        }
    }

    /// <summary>The class of a failure stands before its reason.</summary>
    private static string? Reason(RecordedTrial trial) =>
        trial.FailureClass is null ? trial.Reason : $"{trial.FailureClass}: {trial.Reason}";
}
