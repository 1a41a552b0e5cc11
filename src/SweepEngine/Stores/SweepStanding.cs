using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Finds the best trial so far and counts verdicts, at the last evaluation of every trial that has ended with a result.</summary>
internal static class SweepStanding
{
    /// <param name="metric">What trials are ranked by, as in <see cref="Vocabulary.RankingNames"/>; null ranks none.</param>
    public static StoreStanding Of(IStoreRows rows, Vocabulary words, string? metric)
    {
        var best = metric is null ? null : Best(Values(rows, metric), words.BetterOf(metric));
        var verdicts = rows.FinalVerdicts().Where(v => IsJudged(v.State))
            .GroupBy(v => (v.Space, v.Verdict)).ToDictionary(g => g.Key, g => g.Sum(v => v.Count));
        return new StoreStanding(words, metric, best, verdicts);
    }

    /// <summary>The final values by which trials are ranked.</summary>
    public static IEnumerable<FinalValue> Values(IStoreRows rows, string metric) =>
        metric.Split('/', 2) is [var space, var name] ? rows.FinalValues(space, name).Where(v => IsJudged(v.State)) : [];

    private static StandingTrial? Best(IEnumerable<FinalValue> values, Better better)
    {
        FinalValue? best = null;
        foreach (var value in values)
        {
            if (best is not { } before || IsAhead(value, before, better)) best = value;
        }

        return best is { } found ? new StandingTrial(found.Id, found.Value) : null;
    }

    /// <summary>Of equals, the one that ran first is ahead.</summary>
    private static bool IsAhead(FinalValue value, FinalValue other, Better better)
    {
        var order = better == Better.Less ? value.Value.CompareTo(other.Value) : other.Value.CompareTo(value.Value);
        return order < 0 || (order == 0 && value.Number < other.Number);
    }

    private static bool IsJudged(TrialState state) => state is TrialState.Completed or TrialState.Stopped;
}
