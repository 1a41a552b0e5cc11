using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tables;

/// <summary>What the tables are made of: a store, or the trials of it that somebody chose.</summary>
internal sealed class TableSource
{
    /// <summary>Names the sweeps of a trial, or of a point.</summary>
    public const string SweepColumn = "sweep";

    /// <summary>The generation of a search that chose a trial, or a point.</summary>
    public const string GenerationColumn = "generation";

    private readonly Func<RecordedTrial, bool>? chosen;
    private readonly HashSet<string>? ids;
    private readonly Dictionary<string, string> sweeps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> generations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyDictionary<string, ParameterValue>> inputs = new(StringComparer.Ordinal);

    public TableSource(IStoreReader store, ExportChoice choice)
    {
        Store = store;
        var members = SweepChoice.Of(store, choice.Sweep, isOneNeeded: false);
        chosen = (choice.Where, members) switch
        {
            ({ } where, { } named) => trial => named.Contains(trial.Id) && where(trial),
            (null, { } named) => trial => named.Contains(trial.Id),
            _ => choice.Where,
        };
        var all = VaryingParameters.ColumnsOf(store, members);
        (Varying, Fixed) = (all.Varying, all.Fixed);
        ids = chosen is null ? null : store.Trials().Where(chosen).Select(t => t.Id).ToHashSet(StringComparer.Ordinal);
        if (choice.Inputs is { } reading) ReadInputs(reading);
        HasSweepColumn = choice.Columns?.Contains(SweepColumn) ?? store.Sweeps().Count > 1;
        var searches = store.Sweeps().Where(s => s.Generations > 1 && (choice.Sweep ?? SweepChoice.All) is var of && (of == SweepChoice.All || of == s.Name))
            .Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        HasGenerationColumn = choice.Columns?.Contains(GenerationColumn) ?? searches.Count > 0;
        if (!HasSweepColumn && !HasGenerationColumn) return;

        foreach (var (sweep, trial, generation) in store.Memberships())
        {
            sweeps[trial] = sweeps.TryGetValue(trial, out var others) ? $"{others} {sweep}" : sweep;
            if (searches.Contains(sweep)) generations[trial] = Math.Min(generation, generations.GetValueOrDefault(trial, generation));
        }
    }

    public IStoreReader Store { get; }

    /// <summary>Parameters in which the trials of the whole store or sweep differ: a condition on trials does not change the columns.</summary>
    public IReadOnlyList<Column> Varying { get; }

    /// <summary>The other parameters, and their values; null where a parameter is absent.</summary>
    public IReadOnlyList<(string Name, string? Value)> Fixed { get; }

    /// <summary>The parameters that decide what trials share as input, where it is known of some baseline; else none.</summary>
    public IReadOnlyList<string> InputParameters { get; private set; } = [];

    /// <summary>Whether trials say which sweep they are of: where the store has several, and where the column is asked for.</summary>
    public bool HasSweepColumn { get; }

    /// <summary>Whether trials say which generation chose them: where a search has several, and where the column is asked for.</summary>
    public bool HasGenerationColumn { get; }

    /// <summary>From 1; of several searches, the earliest. Null for a trial that no search has.</summary>
    public int? GenerationOf(string trial) => generations.TryGetValue(trial, out var generation) ? generation : null;

    /// <summary>The names of a trial's sweeps, with a blank between them; null where no sweep file names it any more.</summary>
    public string? SweepsOf(string trial) => sweeps.GetValueOrDefault(trial);

    public IEnumerable<RecordedTrial> Trials() => chosen is null ? Store.Trials() : Store.Trials().Where(chosen);

    /// <summary>The same trials, those of a point one after the other; points in the order of their first trials.</summary>
    public IEnumerable<RecordedTrial> TrialsByPoint() => chosen is null ? Store.TrialsByPoint() : Store.TrialsByPoint().Where(chosen);

    public IEnumerable<RecordedLoss> Losses() => Store.Losses().Where(r => Has(r.Trial));

    public IEnumerable<RecordedMetric> MetricValues() => Store.MetricValues().Where(r => Has(r.Trial));

    /// <summary>The settings of the trials that a baseline is of; null where nobody can tell.</summary>
    public IReadOnlyDictionary<string, ParameterValue>? InputOf(string baseline) => inputs.GetValueOrDefault(baseline);

    private void ReadInputs(InputReading reading)
    {
        var deciding = Store.Parameters.Where(p => !p.IsIncidental && reading.Decides(p.Name)).Select(p => p.Name).ToList();
        var recorded = Store.Inputs();
        var names = Store.Baselines().Select(b => b.Of).ToHashSet(StringComparer.Ordinal);
        foreach (var settings in Store.Settings().DistinctBy(s => string.Join('\0', deciding.Select(name => s.GetValueOrDefault(name)?.Text))))
        {
            foreach (var panel in reading.PanelsOf(settings, recorded)) inputs.TryAdd(names.Contains(panel.Name) ? panel.Name : panel.FormerName, settings);
        }

        if (names.Any(inputs.ContainsKey)) InputParameters = deciding;
    }

    private bool Has(string trial) => ids is null || ids.Contains(trial);
}
