using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>What a sweep has come to so far.</summary>
/// <param name="Words">The store's.</param>
/// <param name="Metric">What trials are ranked by; null where there is nothing.</param>
/// <param name="Best">Of the trials that have ended, the best by the metric; null where none has a value.</param>
/// <param name="Verdicts">Trials that have ended by space and verdict.</param>
public sealed record StoreStanding(
    Vocabulary Words, string? Metric, StandingTrial? Best, IReadOnlyDictionary<(string Space, string Verdict), int> Verdicts)
{
    /// <summary>The share of a space's verdicts that are not the healthy one; null where there is no verdict.</summary>
    public double? ShareCollapsed(Space space)
    {
        var judged = Verdicts.Where(v => v.Key.Space == space.Name).ToList();
        return judged.Count == 0 ? null : 1 - (judged.Where(v => space.IsHealthy(v.Key.Verdict)).Sum(v => v.Value) / (double)judged.Sum(v => v.Value));
    }
}

/// <summary>A trial and its value of the metric that was asked for.</summary>
public sealed record StandingTrial(string Id, double Value);
