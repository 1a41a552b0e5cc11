using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Searching;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads <c>search</c>. Its method decides which of its keys it takes.</summary>
/// <param name="words">With the file's further metrics.</param>
internal sealed class SearchReader(Vocabulary words, Complaints complaints)
{
    private static readonly string[] OfSobol = ["count"], OfBayes = ["generations", "batch", "metric", "goal"];

    private readonly SectionReader sections = new(complaints);

    /// <returns>Null where nothing is searched, or where the section is not valid, which has been complained about.</returns>
    public Search? Read(YamlNode? node)
    {
        if (sections.Open("search", node, ["method", .. OfSobol, .. OfBayes, "seed"]) is not { } map) return null;

        var method = sections.Value(map, SweepFileRules.SearchMethod)?.Text;
        var seed = sections.Whole(map, SweepFileRules.SearchSeed);
        if (method is null)
        {
            // One slip must not hide another.
            if (map["metric"] is not null) Metric(map);
            return new Search(SearchMethod.Sobol, 1, seed);
        }

        return method == "bayes" ? Bayes(map, seed) : Sobol(map, seed);
    }

    private Search Sobol(YamlMap map, int seed)
    {
        RefuseKeys(map, OfBayes, "bayes", "sobol takes 'count'");
        return new Search(SearchMethod.Sobol, sections.Whole(map, SweepFileRules.SearchCount), seed);
    }

    private Search Bayes(YamlMap map, int seed)
    {
        RefuseKeys(map, OfSobol, "sobol", "bayes takes 'generations' and 'batch'");
        var (generations, batch) = (sections.Whole(map, SweepFileRules.SearchGenerations), sections.Whole(map, SweepFileRules.SearchBatch));
        if ((long)generations * batch > Search.MostPoints)
        {
            complaints.Add(map["batch"]!.Value.At,
                $"{generations} generations of {batch} points are {generations * batch} points, but a search by results has at most {Search.MostPoints}.");
        }

        var metric = Metric(map);
        return new Search(SearchMethod.Bayes, batch, seed) { Generations = generations, Metric = metric, Goal = Goal(map, metric) };
    }

    private string? Metric(YamlMap map) => sections.Value(map, SweepFileRules.SearchMetric(words))?.Text;

    private Better Goal(YamlMap map, string? metric)
    {
        if (map["goal"] is not null) return sections.Value(map, SweepFileRules.SearchGoal)?.Text == "minimize" ? Better.Less : Better.More;

        var better = metric is null ? Better.Neither : words.BetterOf(metric);
        if (metric is null || better != Better.Neither) return better;

        complaints.Add(map["metric"]!.Value.At, $"neither end of '{metric}' is the better one; add 'goal: maximize' or 'goal: minimize'.");
        return Better.Neither;
    }

    private void RefuseKeys(YamlMap map, string[] keys, string method, string instead)
    {
        foreach (var key in keys)
        {
            if (map[key] is { } entry) complaints.Add(entry.Key.At, $"'{key}' goes with 'method: {method}'; {instead}.");
        }
    }
}
