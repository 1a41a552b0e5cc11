using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>Takes from trials, one after the other, what a report keeps of them.</summary>
internal sealed class TrialGathering(
    IStoreReader store,
    IReadOnlyList<string> varying,
    Objective objective,
    Func<IReadOnlyDictionary<string, ParameterValue>, LossFactors?>? factors,
    int mostListed)
{
    /// <summary>A reason may be any text; more of it than this says no more.</summary>
    private const int LongestReason = 2000;

    private readonly List<ReportTrial> trials = [];
    private readonly List<int> pointOf = [];
    private readonly Dictionary<string, int> points = new(StringComparer.Ordinal);
    private readonly List<ParameterValue?>[] values = [.. varying.Select(_ => new List<ParameterValue?>())];
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<ParameterValue, ParameterValue> known = [];
    private readonly Dictionary<LossFactors, IReadOnlyList<double?>> weights = [];
    private readonly Dictionary<string, IReadOnlyList<SpaceVerdict?>> verdicts = new(StringComparer.Ordinal);
    private readonly ListedTrials.Choice listed = new(mostListed, objective.Maximize);

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyList<ReportTrial> Trials => trials;

    public IReadOnlyDictionary<string, ParameterValue> FirstSettings { get; private set; } = new Dictionary<string, ParameterValue>();

    /// <param name="metrics">Its final loss terms and metrics.</param>
    public void Add(RecordedTrial recorded, IEnumerable<double?> metrics)
    {
        var row = metrics.ToArray();
        var trial = new ReportTrial(
            recorded.Number,
            recorded.Id,
            recorded.Seed,
            recorded.State,
            row[objective.Index],
            Once(TrialsTable.Reason(recorded)),
            Once(recorded.Panels),
            Once(factors?.Invoke(recorded.Settings)));
        if (trials.Count == 0) FirstSettings = recorded.Settings;
        trials.Add(trial);
        listed.Add(trial, row);
        if (!points.TryGetValue(recorded.Point, out var point))
        {
            points.Add(recorded.Point, point = points.Count);
            foreach (var (name, column) in varying.Zip(values)) column.Add(Once(recorded.Settings.GetValueOrDefault(name)));
        }

        pointOf.Add(point);
    }

    /// <summary>The axes and the points, once all trials are added.</summary>
    public (IReadOnlyList<ReportAxis> Axes, IReadOnlyList<ReportPoint> Points) Points(IReadOnlyList<DeclaredAxes> declared)
    {
        var (axes, levels) = ReportAxis.Of(varying, values, declared);
        var counts = new int[points.Count];
        foreach (var point in pointOf) counts[point]++;
        var members = counts.Select(count => new ReportTrial[count]).ToArray();
        for (var number = trials.Count - 1; number >= 0; number--) members[pointOf[number]][--counts[pointOf[number]]] = trials[number];

        var made = members.Index().Select(m => new ReportPoint(varying.Count == 0 ? [] : levels[m.Index], m.Item)).ToArray();
        foreach (var (number, trial) in trials.Index()) trial.Point = made[pointOf[number]];
        return (axes, made);
    }

    public ListedTrials Listed() => listed.Chosen(trials.Count);

    /// <summary>Equal verdicts as one: those of a million trials are few.</summary>
    private IReadOnlyList<SpaceVerdict?> Once(IReadOnlyList<FinalPanel?> panels)
    {
        var key = string.Join('/', panels.Select(p => p?.Verdict));
        return verdicts.TryGetValue(key, out var first) ? first
            : verdicts[key] = [.. panels.Zip(store.Spaces).Select(p => p.First is { } panel ? Verdict(p.Second, panel.Verdict) : null)];
    }

    /// <summary>A word that the space does not have, as from a store that somebody changed, is the worst of all.</summary>
    private static SpaceVerdict Verdict(Space space, string name) => new(
        name, space.Verdicts.Index().Where(v => v.Item.Name == name).Select(v => v.Index).FirstOrDefault(space.Verdicts.Count - 1));

    /// <summary>Equal texts as one: a million reasons are few.</summary>
    private string? Once(string? text)
    {
        if (text is null) return null;
        text = Shown.Cut(text, LongestReason);
        return texts.TryGetValue(text, out var first) ? first : texts[text] = text;
    }

    private ParameterValue? Once(ParameterValue? value) => value is null ? null : known.TryGetValue(value, out var first) ? first : known[value] = value;

    /// <summary>In the order of the store's terms; the total is as it is.</summary>
    private IReadOnlyList<double?>? Once(LossFactors? found)
    {
        if (found is null) return null;

        return weights.TryGetValue(found, out var first) ? first
            : weights[found] = [.. store.Vocabulary.Terms.Select(t => t.IsTotal ? 1 : found.Of(t.Name))];
    }
}
