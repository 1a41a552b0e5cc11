using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>How the ranking of points by one metric depends on what evaluations are told.</summary>
/// <param name="Name">The metric with the trials' own values, such as <c>output/accuracy</c>.</param>
/// <param name="Symbols">What the names of its further metrics call the values that they are of.</param>
/// <param name="Best">The best point with the trials' own values.</param>
/// <param name="Points">How many points have a value of it.</param>
/// <param name="Readings">With the trials' own values, then each further metric.</param>
internal sealed record EvaluationRanking(
    string Name, IReadOnlyList<string> Symbols, ReportPoint Best, int Points, IReadOnlyList<EvaluationReading> Readings)
{
    /// <summary>The readings by which the best point stays the best, without that of the trials' own values.</summary>
    public int Agreeing => Readings.Skip(1).Count(r => r.PlaceOfBest == 1);

    /// <summary>Of every metric that has further ones with a value, those of the objective's first. Empty where trials have their own values alone.</summary>
    public static IReadOnlyList<EvaluationRanking> Of(ReportData data)
    {
        var further = data.Metrics.Index().Where(m => Evaluation.IsFurther(m.Item)).GroupBy(m => Evaluation.OwnNameOf(m.Item)).ToList();
        if (further.Count == 0) return [];

        var means = MeansOf(data, [.. further.SelectMany(g => g.Select(m => m.Index).Append(data.Metrics.ToList().IndexOf(g.Key))).Where(i => i >= 0)]);
        return
        [
            .. further.OrderBy(g => g.Key == Evaluation.OwnNameOf(data.Objective.Name) ? 0 : 1)
                .Select(g => Of(data, g.Key, [.. g.Select(m => (m.Item, means[m.Index]))], means)).OfType<EvaluationRanking>(),
        ];
    }

    private static EvaluationRanking? Of(
        ReportData data, string name, IReadOnlyList<(string Name, Dictionary<ReportPoint, double> Means)> further,
        Dictionary<int, Dictionary<ReportPoint, double>> means)
    {
        var known = further.Where(f => f.Means.Count > 0).ToList();
        if (known.Count == 0 || !means.TryGetValue(data.Metrics.ToList().IndexOf(name), out var own) || own.Count == 0) return null;

        var sign = data.Words.BetterOf(name) == Better.Less ? -1 : 1;
        var best = own.MaxBy(p => sign * p.Value).Key;
        return new EvaluationRanking(
            name,
            [.. known.SelectMany(f => Evaluation.ValuesOf(f.Name)).Select(v => v.Symbol).Distinct()],
            best,
            own.Count,
            [.. known.Prepend((Name: name, Means: own)).Select(f => EvaluationReading.Of(f.Name, f.Means, own, best, sign))]);
    }

    /// <summary>The mean over the trials of each point, by the place of the metric.</summary>
    private static Dictionary<int, Dictionary<ReportPoint, double>> MeansOf(ReportData data, IReadOnlyList<int> metrics)
    {
        var sums = metrics.Distinct().ToDictionary(m => m, _ => new Dictionary<ReportPoint, (double Sum, int Count)>());
        foreach (var (trial, row) in data.WithTrials(data.Store.Trials(), t => t.Id).Where(t => t.Trial.Counts))
        {
            var values = FinalMetrics.Of(data.Store, row).ToList();
            foreach (var (metric, ofPoints) in sums)
            {
                if (values[metric] is not { } value) continue;

                var (sum, count) = ofPoints.GetValueOrDefault(trial.Point);
                ofPoints[trial.Point] = (sum + value, count + 1);
            }
        }

        return sums.ToDictionary(m => m.Key, m => m.Value.ToDictionary(p => p.Key, p => p.Value.Sum / p.Value.Count));
    }
}

/// <summary>What one metric, its own or a further one, makes of the points.</summary>
/// <param name="Values">By what the metric's name calls them; empty for the trials' own.</param>
/// <param name="Best">The best point by it.</param>
/// <param name="Mean">That point's mean.</param>
/// <param name="PlaceOfBest">From 1: the place by it of the point that is best with the trials' own values; null where it has no value of it.</param>
/// <param name="Correlation">Spearman's ρ of the points' means with those of the trials' own values; null where there are too few.</param>
/// <param name="Points">How many points have a value of it.</param>
internal sealed record EvaluationReading(
    IReadOnlyDictionary<string, string> Values, ReportPoint Best, double Mean, int? PlaceOfBest, double? Correlation, int Points)
{
    public static EvaluationReading Of(
        string name, Dictionary<ReportPoint, double> means, Dictionary<ReportPoint, double> own, ReportPoint ownBest, int sign)
    {
        var best = means.MaxBy(p => sign * p.Value);
        var common = means.Keys.Where(own.ContainsKey).ToList();
        return new EvaluationReading(
            Evaluation.ValuesOf(name).ToDictionary(v => v.Symbol, v => v.Value, StringComparer.Ordinal),
            best.Key,
            best.Value,
            means.TryGetValue(ownBest, out var its) ? 1 + means.Values.Count(value => sign * Rounding.Difference(value, its) > 0) : null,
            RankCorrelation.Of([.. common.Select(p => own[p])], [.. common.Select(p => means[p])]),
            means.Count);
    }
}
