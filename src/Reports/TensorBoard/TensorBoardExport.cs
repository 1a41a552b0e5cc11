using System.Text;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.TensorBoard;

/// <summary>Writes trials as runs of TensorBoard: curves, metrics, settings, and what its tab "HParams" compares runs by.</summary>
public static class TensorBoardExport
{
    private const string HParams = "hparams", Settings = "settings";

    /// <summary>Writes a folder a trial, named by its id, with one file of events; and one file beside them that says what varies.</summary>
    /// <param name="folder">Made where it is missing. The files of an earlier export are replaced once all the new ones are whole.</param>
    /// <param name="at">The wall time of the events.</param>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="SweepEngine.SweepException">There is no such sweep, or the folder cannot be written; the files in it are as they were.</exception>
    public static IReadOnlyList<string> Write(IStoreReader store, string folder, ExportChoice choice, DateTimeOffset at)
    {
        store.RefuseDamage();
        var source = new TableSource(store, choice);
        return WholeFolder.Write(folder, "TensorBoard's files", temporary =>
        {
            var (kinds, runs) = Survey(source);
            using (var root = new EventFile(temporary, at)) root.Plugin(HParams, "_hparams_/experiment", Experiment(source, kinds));
            foreach (var run in runs)
            {
                using var file = new EventFile(Path.Combine(temporary, run.Name), at);
                Write(file, store, run, kinds);
            }

            return [EventFile.Name, .. runs.Select(run => Path.Combine(run.Name, EventFile.Name))];
        });
    }

    /// <summary>What varies, with whether it is always a number; and the trials without their rows, of which there may be many.</summary>
    private static (IReadOnlyList<(string Name, bool IsNumber)> Kinds, IReadOnlyList<Run> Runs) Survey(TableSource source)
    {
        var names = source.Varying.Select(c => c.Name).ToList();
        var isNumber = names.Select(_ => true).ToArray();
        var runs = new List<Run>();
        foreach (var trial in source.Trials())
        {
            var values = names.Select(n => trial.Settings.GetValueOrDefault(n)).ToList();
            foreach (var (number, value) in values.Index()) isNumber[number] &= value is null or { Number: not null };

            // An id of a store from elsewhere may be any text, but names a folder here.
            var name = trial.Id.Length > 0 && trial.Id.All(char.IsAsciiHexDigitLower) ? trial.Id : Shown.Exact(trial.Number);
            runs.Add(new Run(name, trial.Id, trial.Point, trial.Seed, trial.State, values, Describe(trial)));
        }

        return ([.. names.Zip(isNumber)], runs);
    }

    private static void Write(EventFile file, IStoreReader store, Run run, IReadOnlyList<(string Name, bool IsNumber)> kinds)
    {
        var start = new ProtoMessage();
        start.Add(1, Entry("seed", new ProtoMessage().Add(2, (double)run.Seed)));
        foreach (var ((name, isNumber), value) in kinds.Zip(run.Values))
        {
            if (value is null) continue;

            start.Add(1, Entry(name, isNumber ? new ProtoMessage().Add(2, value.Number!.Value) : new ProtoMessage().Add(3, value.Text)));
        }

        // Trials of one point are one group, whose metrics TensorBoard takes the mean of.
        start.Add(4, run.Point);
        file.Plugin(HParams, "_hparams_/session_start_info", Data(3, start));
        file.Text(Settings, run.Settings);
        var terms = store.Vocabulary.Terms;
        foreach (var row in store.Losses(run.Id))
        {
            foreach (var (term, value) in terms.Zip(row.Terms)) file.Scalar($"{Vocabulary.Loss}/{term.Name}", row.Step, value);
        }

        foreach (var (_, panel) in store.Panels(run.Id))
        {
            foreach (var (metric, value) in panel.Metrics) file.Scalar($"{panel.Space}/{metric}", panel.Epoch, value);
        }

        file.Plugin(HParams, "_hparams_/session_end_info", Data(4, new ProtoMessage().Add(1, StatusOf(run.State))));
    }

    /// <remarks>Fields are those of tensorboard/plugins/hparams/api.proto.</remarks>
    private static ProtoMessage Experiment(TableSource source, IReadOnlyList<(string Name, bool IsNumber)> kinds)
    {
        const long text = 1, number = 3;
        var experiment = new ProtoMessage();
        var questions = source.Store.Sweeps().Select(s => s.Question).Where(q => q.Length > 0);
        experiment.Add(1, string.Join(" ", questions));
        foreach (var (name, isNumber) in kinds.Prepend(("seed", true)))
            experiment.Add(4, new ProtoMessage().Add(1, name).Add(3, DocOf(source, name)).Add(4, isNumber ? number : text));

        var words = source.Store.Vocabulary;
        var metrics = source.Store.Spaces.SelectMany(space => Headlines.Of(words, space).Select(m => ($"{space.Name}/{m.Name}", m.Doc)))
            .Concat(words.Terms.Select(t => ($"{Vocabulary.Loss}/{t.Name}", t.Doc)));
        foreach (var (tag, doc) in metrics) experiment.Add(5, new ProtoMessage().Add(1, new ProtoMessage().Add(2, tag)).Add(4, doc));
        return Data(2, experiment);
    }

    private static string DocOf(TableSource source, string name) => source.Store.Parameters.FirstOrDefault(p => p.Name == name)?.Doc ?? "";

    private static ProtoMessage Data(int field, ProtoMessage message) => new ProtoMessage().Add(1, 0L).Add(field, message);

    private static ProtoMessage Entry(string key, ProtoMessage value) => new ProtoMessage().Add(1, key).Add(2, value);

    private static long StatusOf(TrialState state) => state switch
    {
        TrialState.Completed or TrialState.Stopped => 1,
        TrialState.Failed => 2,
        TrialState.Running => 3,
        _ => 0,
    };

    /// <summary>All settings as a table in Markdown.</summary>
    private static string Describe(RecordedTrial trial)
    {
        var text = new StringBuilder($"Trial {Cell(trial.Id)}, {TrialStates.Text(trial.State)}");
        if (TrialsTable.Reason(trial) is { } reason) text.Append(": ").Append(Cell(reason));
        text.Append("\n\n| parameter | value |\n|---|---|\n");
        foreach (var (name, value) in trial.Settings.OrderBy(s => s.Key, StringComparer.Ordinal))
            text.Append("| ").Append(Cell(name)).Append(" | ").Append(Cell(value.Text)).Append(" |\n");
        return text.ToString();
    }

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>A trial that is to be written.</summary>
    /// <param name="Name">Of its folder.</param>
    /// <param name="Values">Of what varies; null where a parameter is absent.</param>
    private sealed record Run(
        string Name, string Id, string Point, long Seed, TrialState State, IReadOnlyList<ParameterValue?> Values, string Settings);
}
