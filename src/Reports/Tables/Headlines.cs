using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Tables;

/// <summary>The few metrics that say most, where there is no room for all.</summary>
public static class Headlines
{
    /// <summary>Of a space, the one that says most first; its first metric where the runner names none.</summary>
    public static IReadOnlyList<Metric> Of(Vocabulary words, Space space)
    {
        var metrics = words.MetricsOf(space);
        List<Metric> known = [.. words.Headlines.Select(name => metrics.FirstOrDefault(m => m.Name == name)).OfType<Metric>()];
        return known.Count > 0 ? known : [.. metrics.Take(1)];
    }

    /// <summary>
    /// What trials are ranked by unless somebody says otherwise: what the runner declares, else the headline of the first space,
    /// else the total; null where nothing is recorded.
    /// </summary>
    public static string? Objective(Vocabulary words)
    {
        if (words.Objective is { } declared && words.RankingNames.Contains(declared)) return declared;

        var candidates = words.TrialSpaces.SelectMany(space => Of(words, space).Take(1).Select(metric => $"{space.Name}/{metric.Name}"))
            .Concat(words.Terms.OrderBy(t => t.IsTotal ? 0 : 1).Select(t => $"{Vocabulary.Loss}/{t.Name}"));
        return candidates.FirstOrDefault();
    }
}
