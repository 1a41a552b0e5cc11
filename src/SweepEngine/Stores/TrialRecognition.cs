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

    // The trials here whose files are told by their content, by what an older version called trial and point. Only a merge meets trials of an
    // older version that are not here, so only a merge looks through all.
    private readonly Lazy<(ILookup<string, StoredTrial> Trials, ILookup<string, StoredTrial> Points)> formerNames = new(() =>
    {
        var told = rows.StoredTrials().Where(t => HasContents(t.Settings)).Select(t => (Trial: t, Before: AsBefore(catalogue, t.Settings))).ToList();
        return (
            told.ToLookup(t => Beginning(t.Before.Id(t.Trial.Seed)), t => t.Trial, StringComparer.Ordinal),
            told.ToLookup(t => Beginning(t.Before.PointId), t => t.Trial, StringComparer.Ordinal));
    });

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
        IEnumerable<StoredTrial> AlikeByPath() =>
            HasContents(settings) ? (hasShortIds ? Alike(AsBefore(catalogue, settings).Id(seed)) : [])
            : areForeign && id.Length == TrialSettings.ShortIdDigits ? formerNames.Value.Trials[id].Select(t => rows.Trial(t.Number))
            : [];
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

        string Known() => OldPoint(point) ?? (HasContents(settings) ? OldPoint(AsBefore(catalogue, settings).PointId) : null) ?? PointByPath() ?? point;

        // Further seeds of a point that an older version told by its path.
        string? PointByPath() => !areForeign || point.Length > TrialSettings.ShortIdDigits || HasContents(settings) ? null
            : formerNames.Value.Points[point].FirstOrDefault(t => TrialIdentity.Difference(settings, 0, t.Settings, 0, catalogue) is null)?.Point;

        string? OldPoint(string id) =>
            rows.FindPoint(Beginning(id)) is { } old
                && TrialIdentity.Difference(settings, 0, old.Settings, 0, catalogue) is null
                ? old.Point
                : null;
    }

    /// <summary>Whether recorded settings say what lies at their paths.</summary>
    public static bool HasContents(string settings) => settings.Contains($"{SettingsText.ContentSuffix}\"", StringComparison.Ordinal);

    private static TrialSettings AsBefore(ParameterCatalogue catalogue, string settings) => TrialSettings.FromJson(catalogue, settings).WithoutContents();

    private static string Beginning(string id) => id[..Math.Min(id.Length, TrialSettings.ShortIdDigits)];

    /// <summary>The trials whose ids are as much of the same as theirs have.</summary>
    private IEnumerable<StoredTrial> Alike(string id) => id.Length switch
    {
        > TrialSettings.ShortIdDigits when hasShortIds && rows.Find(id[..TrialSettings.ShortIdDigits]) is { } old => [old],
        TrialSettings.ShortIdDigits => rows.FindBeginning(id),
        _ => [],
    };
}
