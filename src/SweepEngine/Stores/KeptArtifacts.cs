using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Decides which artifacts a store keeps. Call within a transaction.</summary>
internal static class KeptArtifacts
{
    /// <summary>Keeps what a trial has left, if it is to be kept: the best of a sweep takes the place of the best before it.</summary>
    public static void Write(IStoreTransaction rows, Vocabulary words, long trial, StoredArtifact artifact)
    {
        if (artifact.BestBy is { } metric && !HasWaiting(rows, trial))
        {
            rows.TakeTurns(Matter.BestArtifact);
            var rivals = Rivals(rows, trial, artifact.Name, metric);
            if (rivals.Any(rival => IsBetter(words, metric, (rival.Artifact.Value, rival.Trial), (artifact.Value, trial)))) return;

            foreach (var (beaten, _) in rivals.Where(rival => !HasWaiting(rows, rival.Trial))) rows.ForgetArtifact(beaten, artifact.Name);
        }

        rows.PutArtifact(trial, artifact);
    }

    /// <summary>Whether an artifact would be kept now, so that it is worth writing.</summary>
    /// <param name="keep">What the trial says of it, such as <see cref="Artifact.KeepBest"/>.</param>
    /// <param name="bestBy">What it would be kept for being the best by, and the trial's value; null where there is no such thing.</param>
    public static bool IsWanted(IStoreRows rows, Vocabulary words, long trial, string name, string keep, (string Metric, double? Value)? bestBy)
    {
        if (HasWaiting(rows, trial)) return true;
        if (keep != Artifact.KeepBest || bestBy is not var (metric, value)) return keep != Artifact.KeepNone;

        return !Rivals(rows, trial, name, metric).Any(rival => IsBetter(words, metric, (rival.Artifact.Value, rival.Trial), (value, trial)));
    }

    /// <summary>
    /// What decides which trial of a sweep is the best and keeps the artifact: what halving ranks by, or else what the runner says; null where
    /// nothing does.
    /// </summary>
    public static string? MetricOf(StopRules rules, Vocabulary words, Artifact artifact) => rules.Halving?.Metric ?? artifact.BestBy ?? words.Objective;

    /// <summary>Of two equal ones the first is the better, so that it does not matter which of them ends first.</summary>
    private static bool IsBetter(Vocabulary words, string metric, (double? Value, long Trial) one, (double? Value, long Trial) other)
    {
        if (one.Value is null || other.Value is null || one.Value == other.Value)
            return one.Value is not null && other.Value is null || (one.Value == other.Value && one.Trial < other.Trial);

        return words.BetterOf(metric) == Better.Less ? one.Value < other.Value : one.Value > other.Value;
    }

    /// <summary>The other trials of the sweep that keep such a file for being the best by the same.</summary>
    private static List<(long Trial, StoredArtifact Artifact)> Rivals(IStoreRows rows, long trial, string name, string metric)
    {
        var sweep = rows.SweepOf(trial)?.Number;
        return [.. rows.ArtifactsNamed(name).Where(a => a.Trial != trial && a.Artifact.BestBy == metric && rows.SweepOf(a.Trial)?.Number == sweep)];
    }

    /// <summary>Whether a trial is waited for by others, which need what it leaves.</summary>
    private static bool HasWaiting(IStoreRows rows, long trial) => rows.BuiltOn(trial).Any(t => t.State == Running.TrialState.Pending);
}
