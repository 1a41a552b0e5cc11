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

        return Alike(id).Concat(AlikeByPath()).FirstOrDefault(other => TrialIdentity.Difference(settings, seed, other.Settings, other.Seed, catalogue) is null);

        // Ids of older versions were made from paths, not from what lies there.
        IEnumerable<StoredTrial> AlikeByPath() => hasShortIds && HasContents(settings) ? Alike(AsBefore(settings).Id(seed)) : [];
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

        string Known() => OldPoint(point) ?? (HasContents(settings) ? OldPoint(AsBefore(settings).PointId) : null) ?? point;

        string? OldPoint(string id) =>
            rows.FindPoint(id[..Math.Min(id.Length, TrialSettings.ShortIdDigits)]) is { } old
                && TrialIdentity.Difference(settings, 0, old.Settings, 0, catalogue) is null
                ? old.Point
                : null;
    }

    /// <summary>Whether recorded settings say what lies at their paths.</summary>
    public static bool HasContents(string settings) => settings.Contains($"{SettingsText.ContentSuffix}\"", StringComparison.Ordinal);

    private TrialSettings AsBefore(string settings) => TrialSettings.FromJson(catalogue, settings).WithoutContents();

    /// <summary>The trials whose ids are as much of the same as theirs have.</summary>
    private IEnumerable<StoredTrial> Alike(string id) => id.Length switch
    {
        > TrialSettings.ShortIdDigits when hasShortIds && rows.Find(id[..TrialSettings.ShortIdDigits]) is { } old => [old],
        TrialSettings.ShortIdDigits => rows.FindBeginning(id),
        _ => [],
    };
}
