using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>
/// The kNN and the probes that some trials are evaluated with besides their own: each once, whichever of the trials asks for it. Trials of a
/// stack ask for the same, unless their sweep file changed while they were trained.
/// </summary>
internal sealed class FurtherReadings
{
    private readonly IReadOnlyList<IReadOnlyList<FurtherMetric>> byTrial;
    private readonly IReadOnlyList<FurtherMetric> votes;
    private readonly IReadOnlyList<FurtherMetric> probes;
    private readonly Dictionary<string, int> placeOf;

    private FurtherReadings(IReadOnlyList<IReadOnlyList<FurtherMetric>> byTrial)
    {
        this.byTrial = byTrial;
        var all = byTrial.SelectMany(trial => trial).DistinctBy(f => f.Name).ToList();
        (votes, probes) = ([.. all.Where(f => f.Metric.Name == PanelMetrics.KnnTop1)], [.. all.Where(f => f.Metric.Name == PanelMetrics.ProbeTop1)]);
        placeOf = votes.Concat(probes).Index().ToDictionary(f => f.Item.Name, f => f.Index, StringComparer.Ordinal);
    }

    /// <summary>Nothing beside trials' own.</summary>
    public static FurtherReadings None { get; } = new([]);

    /// <summary>The ridges of the further probes, each as a share of the samples' mean variance.</summary>
    public IReadOnlyList<double> Ridges => [.. probes.Select(f => f.Values[EvaluationSettings.Ridge].Number!.Value)];

    public static FurtherReadings Of(IReadOnlyList<Trial> trials) => trials.All(t => t.Settings.Evaluation.IsNone) ? None : new FurtherReadings(
    [
        .. trials.Select(t => (IReadOnlyList<FurtherMetric>)
            [.. PanelMetrics.All.SelectMany(metric => t.Settings.Evaluation.Of(metric, t.Settings.Catalogue))]),
    ]);

    /// <summary>k and T of the further kNN.</summary>
    /// <param name="neighbours">The trials' own k, where only T is another.</param>
    /// <param name="temperature">The trials' own T, where only k is another.</param>
    public IEnumerable<(int Neighbours, double Temperature)> Votes(int neighbours, double temperature) => votes.Select(f => (
        (int)(f.Values.GetValueOrDefault(EvaluationSettings.Neighbours)?.Number ?? neighbours),
        f.Values.GetValueOrDefault(EvaluationSettings.Temperature)?.Number ?? temperature));

    /// <summary>The further metrics of a trial, in the order in which they are declared.</summary>
    /// <param name="place">The trial's.</param>
    /// <param name="panel">The trial's; where its kNN is undefined, so are these.</param>
    /// <param name="values">Of <see cref="Votes"/>, then of <see cref="Ridges"/>.</param>
    public IEnumerable<KeyValuePair<string, double?>> Of(int place, Panel panel, IReadOnlyList<double> values) => byTrial.Count == 0 ? [] : byTrial[place]
        .Select(f => KeyValuePair.Create(f.Name, panel[f.Metric.Name] is null ? default(double?) : values[placeOf[f.Name]]));

    /// <summary>The same without labels.</summary>
    public IEnumerable<KeyValuePair<string, double?>> Undefined(int place) =>
        byTrial.Count == 0 ? [] : byTrial[place].Select(f => KeyValuePair.Create(f.Name, default(double?)));
}
