using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;

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
    /// What trials of a store are ranked by unless somebody says otherwise: <see cref="Objective(Vocabulary)"/>, or where no trial has a value of
    /// it, as without labels, the first headline of any space that some trial has a value of.
    /// </summary>
    public static string? Objective(IStoreReader store)
    {
        var words = store.Vocabulary;
        if (Objective(words) is not { } usual) return null;
        if (store.CanRankBy(usual)) return usual;

        var own = usual.Split('/')[0];
        var spaces = words.TrialSpaces.OrderBy(space => space.Name == own ? 0 : 1).ToList();
        var others = from headline in words.Headlines
                     from space in spaces
                     where words.MetricsOf(space).Any(m => m.Name == headline)
                     select $"{space.Name}/{headline}";
        return others.FirstOrDefault(store.CanRankBy) ?? usual;
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
