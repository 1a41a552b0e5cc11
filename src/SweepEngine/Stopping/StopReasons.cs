using VicRegSweeps.SweepEngine.Catalogue;
using static System.FormattableString;

namespace VicRegSweeps.SweepEngine.Stopping;

/// <summary>Why a stop rule ended a trial, in one sentence for the record.</summary>
internal static class StopReasons
{
    public static string Timeout(TimeSpan limit, double seconds) =>
        Invariant($"stop.timeout: it has trained for {seconds:0.#} s, longer than {limit.TotalSeconds:0.#} s");

    /// <param name="space">The one that was looked at.</param>
    /// <param name="evidence">Verdict and evidence of the last evaluation.</param>
    public static string Collapse(string space, Defect defect, int evaluations, string evidence) =>
        Invariant($"stop.collapse: its {space} was {defect.Participle} in {evaluations} evaluation{(evaluations == 1 ? "" : "s")} in a row ({evidence})");

    public static string Halving(HalvingRule rule, int epoch, PointRank rank)
    {
        var kept = Stopping.Halving.Kept(rule, rank.Points);
        var seeds = rank.Seeds == 1 ? "" : Invariant($" in the mean of {rank.Seeds} seeds");
        var place = Invariant($"point {rank.Point} was rank {rank.Rank} of {rank.Points} points, and {kept} went on");
        return Invariant($"stop.halving: {rule.Metric} was {rank.Mean:G4}{seeds} after {epoch} epochs; {place}");
    }
}
