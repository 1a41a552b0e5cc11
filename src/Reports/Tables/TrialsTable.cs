using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tables;

/// <summary><c>trials</c>: one row a trial.</summary>
internal static class TrialsTable
{
    public static IReadOnlyList<Column> Columns(TableSource source) =>
    [
        Column.Text("trial"), Column.Text("point"), Column.Text("block"), Column.Whole("seed"), Column.Text("state"), Column.Text("reason"),
        .. source.Store.Spaces.Select(space => Column.Text(source.Store.Vocabulary.VerdictColumn(space))),
        Column.Whole("epochs"), Column.Whole("steps"), Column.Real("seconds"),
        .. source.Varying,
        .. FinalMetrics.Names(source.Store).Select(Column.Real),
        Column.Whole("censored"),
        .. source.HasSweepColumn ? [Column.Text(TableSource.SweepColumn)] : Array.Empty<Column>(),
        .. source.HasGenerationColumn ? [Column.Whole(TableSource.GenerationColumn)] : Array.Empty<Column>(),
    ];

    public static void Write(TableSource source, ITableFile file)
    {
        foreach (var trial in source.Trials())
        {
            file.Text(trial.Id).Text(trial.Point).Text(trial.Block).Whole(trial.Seed).Text(TrialStates.Text(trial.State)).Text(Reason(trial));
            foreach (var panel in trial.Panels) file.Text(panel?.Verdict);
            file.Whole(trial.Epochs).Whole(trial.Steps).Real(trial.Seconds);
            foreach (var column in source.Varying) file.Value(trial.Settings.GetValueOrDefault(column.Name));
            file.Reals(FinalMetrics.Of(source.Store, trial)).Whole(trial.State == TrialState.Stopped ? 1 : 0);
            if (source.HasSweepColumn) file.Text(source.SweepsOf(trial.Id));
            if (source.HasGenerationColumn) file.Whole(source.GenerationOf(trial.Id));
            file.EndRow();
        }
    }

    /// <summary>The class of a failure stands before its reason.</summary>
    public static string? Reason(RecordedTrial trial) =>
        trial.FailureClass is null ? trial.Reason : $"{trial.FailureClass}: {trial.Reason}";
}
