using System.Globalization;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>
/// One metric at several horizons: metrics of a space whose names are a name and 1, 2, 3, … at its end, such as <c>skill_1</c>. A series whose
/// name has <c>_of_</c> in it, such as <c>skill_of_line_1</c>, is what something else reaches at the metric before these letters.
/// </summary>
/// <param name="Name">Without the horizon.</param>
/// <param name="Metrics">By horizon, from 1; two at least.</param>
internal sealed record HorizonSeries(string Name, IReadOnlyList<Metric> Metrics)
{
    private const string Of = "_of_";

    /// <summary>What others reach at the same metric.</summary>
    public IReadOnlyList<HorizonSeries> Baselines { get; private init; } = [];

    /// <summary>The series of a space in the order of its metrics, each with its baselines.</summary>
    public static IReadOnlyList<HorizonSeries> In(IReadOnlyList<Metric> metrics)
    {
        var all = metrics.Select(m => (Metric: m, Split: Split(m.Name))).Where(m => m.Split is not null)
            .GroupBy(m => m.Split!.Value.Name, StringComparer.Ordinal)
            .Select(g => new HorizonSeries(g.Key, [.. g.OrderBy(m => m.Split!.Value.Horizon).TakeWhile((m, i) => m.Split!.Value.Horizon == i + 1).Select(m => m.Metric)]))
            .Where(s => s.Metrics.Count > 1).ToList();
        return
        [
            .. all.Where(s => !s.IsBaseline(all)).Select(s => s with { Baselines = [.. all.Where(b => b.Name.StartsWith(s.Name + Of, StringComparison.Ordinal))] }),
        ];
    }

    private bool IsBaseline(IReadOnlyList<HorizonSeries> all) => all.Any(other => Name.StartsWith(other.Name + Of, StringComparison.Ordinal));

    private static (string Name, int Horizon)? Split(string name) =>
        name.LastIndexOf('_') is var at and > 0 && int.TryParse(name.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var horizon)
            ? (name[..at], horizon)
            : null;
}
