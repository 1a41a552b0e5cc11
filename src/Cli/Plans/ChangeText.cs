using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using static System.FormattableString;
using static VicRegSweeps.Cli.Texts;

namespace VicRegSweeps.Cli.Plans;

/// <summary>What a sweep file changes in a store, in words.</summary>
internal static class ChangeText
{
    /// <param name="store">Where the sweep is.</param>
    public static string Of(SweepChange c, string store)
    {
        var gone = c.Orphaned == 0 ? "" : Invariant($", {c.Orphaned} no longer in the file")
            + Invariant($"; these are not trained any more, and the results of the {c.OrphanedFinished} finished ones stay");
        var points = c.OrphanedPoints == 0 ? "" : Invariant($", {c.OrphanedPoints} no longer in the file");
        return Invariant($"{Counted(c.AddedPoints, "point")} added, {c.KeptPoints} kept{points}: ")
            + Invariant($"{Counted(c.Added, "trial")} added, {c.Kept} kept ({c.KeptFinished} of them finished){gone}")
            + string.Concat(c.OtherContents.Select(other => $". The content of '{other.Path}' ({other.Parameter}) changed, so its trials are new ones"))
            + EvaluatedOtherwise(c, store);
    }

    private static string EvaluatedOtherwise(SweepChange c, string store) => c.EvaluatedOtherwise == 0 ? ""
        : Invariant($". 'evaluate' changed: {Counted(c.EvaluatedOtherwise, "finished trial")} {(c.EvaluatedOtherwise == 1 ? "keeps" : "keep")} the metrics ")
            + $"that {(c.EvaluatedOtherwise == 1 ? "it has" : "they have")}; to train what is completed again: {CommandName.Line("resume", store, "--states", "completed")}";
}
