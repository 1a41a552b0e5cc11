using System.Globalization;

namespace VicRegSweeps.SweepEngine;

/// <summary>Why a stop rule ended a trial, in one sentence for the record.</summary>
internal static class StopReasons
{
    public static string Timeout(TimeSpan limit, double seconds) =>
        Invariant($"stop.timeout: it has trained for {seconds:0.#} s, longer than {limit.TotalSeconds:0.#} s");

    /// <param name="evidence">Verdict and evidence of the last evaluation.</param>
    public static string Collapse(int evaluations, string evidence) =>
        Invariant($"stop.collapse: its representation was collapsed in {evaluations} evaluation{(evaluations == 1 ? "" : "s")} in a row ({evidence})");

    public static string Halving(HalvingRule rule, int epoch, double? value, int rank, int trials) => Invariant(
        $"stop.halving: {rule.Metric} {(value is { } number ? $"was {number.ToString("G4", CultureInfo.InvariantCulture)}" : "had no value")} after {epoch} epochs, rank {rank} of {trials}, and {SweepEngine.Halving.Kept(rule, trials)} went on");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
