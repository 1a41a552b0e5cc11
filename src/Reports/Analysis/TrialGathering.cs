using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>Takes from trials, one after the other, what a report keeps of them.</summary>
internal sealed class TrialGathering(
    IReadOnlyList<string> varying, Objective objective, Func<IReadOnlyDictionary<string, ParameterValue>, LossFactors?>? factors, int mostListed)
{
    /// <summary>A reason may be any text; more of it than this says no more.</summary>
    private const int LongestReason = 2000;

    private readonly List<ReportTrial> trials = [];
    private readonly List<int> pointOf = [];
    private readonly Dictionary<string, int> points = new(StringComparer.Ordinal);
    private readonly List<ParameterValue?>[] values = [.. varying.Select(_ => new List<ParameterValue?>())];
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<ParameterValue, ParameterValue> known = [];
    private readonly Dictionary<LossFactors, LossFactors> weights = [];
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
            Once(recorded.Embedding?.Verdict),
            Once(recorded.Representation?.Verdict),
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

    /// <summary>Equal texts as one: a million verdicts are three.</summary>
    private string? Once(string? text)
    {
        if (text is null) return null;
        text = Shown.Cut(text, LongestReason);
        return texts.TryGetValue(text, out var first) ? first : texts[text] = text;
    }

    private ParameterValue? Once(ParameterValue? value) => value is null ? null : known.TryGetValue(value, out var first) ? first : known[value] = value;

    private LossFactors? Once(LossFactors? found) => found is null ? null : weights.TryGetValue(found, out var first) ? first : weights[found] = found;
}
