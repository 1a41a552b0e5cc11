using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// Finds the trial of a store that a planned or a foreign one is. Stores of older versions have the first
/// <see cref="TrialSettings.ShortIdDigits"/> digits of an id alone, and keep them: there the beginning is the same, and the settings decide.
/// </summary>
/// <param name="address">The store's, for messages.</param>
/// <param name="areForeign">Whether the trials are another store's, which is "there" in messages; planned ones are "here".</param>
internal sealed class TrialRecognition(IStoreRows rows, string address, ParameterCatalogue catalogue, bool areForeign = false)
{
    private readonly bool hasShortIds = rows.HasIdsOf(TrialSettings.ShortIdDigits);
    private (string Id, string Known) lastPoint = ("", "");

    /// <summary>The trial that is there already; null for a new one.</summary>
    /// <exception cref="SweepException">Another trial has this very id.</exception>
    public StoredTrial? Find(string id, long seed, string settings)
    {
        if (rows.Find(id) is { } same)
        {
            var difference = areForeign
                ? TrialIdentity.Difference(same.Settings, same.Seed, settings, seed, catalogue)
                : TrialIdentity.Difference(settings, seed, same.Settings, same.Seed, catalogue);
            return difference is not null
                ? throw TrialIdentity.Collision(address, id, difference)
                : same;
        }

        return Alike(id).FirstOrDefault(other => TrialIdentity.Difference(settings, seed, other.Settings, other.Seed, catalogue) is null);
    }

    /// <summary>What the store calls a point: seeds that are added to one of a short id belong to that one.</summary>
    /// <param name="point">Its id now.</param>
    /// <param name="settings">Of a trial of the point.</param>
    public string PointOf(string point, string settings)
    {
        if (!hasShortIds && point.Length > TrialSettings.ShortIdDigits) return point;

        // The seeds of a point come together.
        if (lastPoint.Id != point) lastPoint = (point, Known());
        return lastPoint.Known;

        string Known() =>
            rows.FindPoint(point[..Math.Min(point.Length, TrialSettings.ShortIdDigits)]) is { } old && TrialIdentity.Difference(settings, 0, old.Settings, 0, catalogue) is null
                ? old.Point
                : point;
    }

    /// <summary>The trials whose ids are as much of the same as theirs have.</summary>
    private IEnumerable<StoredTrial> Alike(string id) => id.Length switch
    {
        > TrialSettings.ShortIdDigits when hasShortIds && rows.Find(id[..TrialSettings.ShortIdDigits]) is { } old => [old],
        TrialSettings.ShortIdDigits => rows.FindBeginning(id),
        _ => [],
    };
}
