namespace VicRegSweeps.SweepEngine;

/// <summary>What a sweep has come to so far.</summary>
/// <param name="Best">Of the trials that have ended, the best by the metric; null where none has a value.</param>
/// <param name="Verdicts">Trials that have ended by space and verdict.</param>
public sealed record StoreStanding(StandingTrial? Best, IReadOnlyDictionary<(string Space, string Verdict), int> Verdicts)
{
    /// <summary>The share of a space's verdicts that are not <c>none</c>; null where there is no verdict.</summary>
    public double? ShareCollapsed(string space)
    {
        var judged = Verdicts.Where(v => v.Key.Space == space).Sum(v => v.Value);
        return judged == 0 ? null : 1 - (Verdicts.GetValueOrDefault((space, "none")) / (double)judged);
    }
}

/// <summary>A trial and its value of the metric that was asked for.</summary>
public sealed record StandingTrial(string Id, double Value);
