using VicRegSweeps.SweepEngine.Stores;
using static System.FormattableString;
using static VicRegSweeps.Cli.Texts;

namespace VicRegSweeps.Cli.Plans;

/// <summary>What a sweep file changes in a store, in words.</summary>
internal static class ChangeText
{
    public static string Of(SweepChange c)
    {
        var gone = c.Orphaned == 0 ? "" : Invariant($", {c.Orphaned} no longer in the file")
            + Invariant($"; these are not trained any more, and the results of the {c.OrphanedFinished} finished ones stay");
        var points = c.OrphanedPoints == 0 ? "" : Invariant($", {c.OrphanedPoints} no longer in the file");
        return Invariant($"{Counted(c.AddedPoints, "point")} added, {c.KeptPoints} kept{points}: ")
            + Invariant($"{Counted(c.Added, "trial")} added, {c.Kept} kept ({c.KeptFinished} of them finished){gone}")
            + string.Concat(c.OtherContents.Select(other => $". The content of '{other.Path}' ({other.Parameter}) changed, so its trials are new ones"));
    }
}
