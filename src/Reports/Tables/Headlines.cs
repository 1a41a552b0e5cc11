using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>The few metrics that say most, where there is no room for all.</summary>
internal static class Headlines
{
    private static readonly string[] Preferred = ["knn_top1", "probe_top1", "participation_ratio", "std_mean"];

    /// <summary>Names without space, the one that trials are ranked by first; the first metric of a store that has none of these.</summary>
    public static IReadOnlyList<string> Metrics(StoreReader store)
    {
        var known = Preferred.Where(name => store.Metrics.Any(m => m.Name == name)).ToList();
        return known.Count > 0 ? known : [.. store.Metrics.Take(1).Select(m => m.Name)];
    }
}
