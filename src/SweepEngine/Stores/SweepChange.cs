using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>What registering a sweep file would change in a store. Looking at it writes nothing.</summary>
/// <param name="AddedPoints">Points that the store has no trial of.</param>
/// <param name="KeptPoints">Points that it has trials of.</param>
/// <param name="OrphanedPoints">Points of the sweep that the file no longer names; their results stay.</param>
/// <param name="Added">Trials that the store does not have.</param>
/// <param name="Kept">Trials that it has.</param>
/// <param name="KeptFinished">How many of these are finished, and so are not trained again.</param>
/// <param name="Orphaned">Trials of the sweep that the file no longer names; they are not trained any more.</param>
/// <param name="OrphanedFinished">How many of these are finished; their results stay.</param>
public sealed record SweepChange(
    long AddedPoints, long KeptPoints, long OrphanedPoints, long Added, long Kept, long KeptFinished, long Orphaned, long OrphanedFinished)
{
    /// <summary>Whether the store has anything of the sweep.</summary>
    public bool Continues => Kept + Orphaned > 0;

    /// <summary>The change that a store makes which is not there yet.</summary>
    public static SweepChange OfNew(SweepPlan plan) => new(plan.Points, 0, 0, plan.TrialCount, 0, 0, 0, 0);

    internal static SweepChange Of(SqliteConnection connection, SweepPlan plan)
    {
        var recorded = connection.Query<(string Id, string Point, bool Finished, bool Named)>(
            """
            SELECT t.id, t.point, t.state <> 'pending',
                EXISTS (SELECT 1 FROM sweep_trial st JOIN sweep s ON s.number = st.sweep WHERE st.trial = t.number AND s.name = @sweep)
            FROM trial t
            """,
            new { sweep = plan.File.Name },
            buffered: false).ToDictionary(t => t.Id, t => (t.Point, t.Finished, t.Named), StringComparer.Ordinal);
        if (recorded.Count == 0)
            return OfNew(plan);

        var points = recorded.Values.Select(t => t.Point).ToHashSet(StringComparer.Ordinal);
        var rest = recorded.Where(t => t.Value.Named).ToDictionary(StringComparer.Ordinal);

        var (addedPoints, keptPoints, added, kept, keptFinished) = (0L, 0L, 0L, 0L, 0L);
        var named = new HashSet<string>(StringComparer.Ordinal);
        var last = "";
        foreach (var trial in plan.Trials())
        {
            // The seeds of a point come together.
            if (trial.Point != last)
            {
                last = trial.Point;
                if (points.Contains(last))
                    keptPoints += named.Add(last) ? 1 : 0;
                else
                    addedPoints++;
            }

            if (!recorded.TryGetValue(trial.Id, out var known))
            {
                added++;
                continue;
            }

            kept++;
            keptFinished += known.Finished ? 1 : 0;
            rest.Remove(trial.Id);
        }

        var orphanedPoints = rest.Values.Select(t => t.Point).Where(p => !named.Contains(p)).Distinct(StringComparer.Ordinal).Count();
        return new SweepChange(
            addedPoints, keptPoints, orphanedPoints, added, kept, keptFinished, rest.Count, rest.Values.Count(t => t.Finished));
    }
}
