using VicRegSweeps.SweepEngine.Stores;
using static System.FormattableString;

namespace VicRegSweeps.Cli.Plans;

/// <summary>What a sweep file changes in a store, in words.</summary>
internal static class ChangeText
{
    public static string Of(SweepChange c)
    {
        var orphans = c.Orphaned == 0 ? "" : Invariant($"; orphaned trials are not trained any more, and the results of the {c.OrphanedFinished} finished ones stay");
        return Invariant($"{c.AddedPoints} points added, {c.KeptPoints} kept, {c.OrphanedPoints} orphaned: ")
            + Invariant($"{c.Added} trials added, {c.Kept} kept ({c.KeptFinished} of them finished), {c.Orphaned} orphaned{orphans}");
    }
}
