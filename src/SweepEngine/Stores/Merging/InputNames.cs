using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Stores.Merging;

/// <summary>
/// What two stores call the same things that trials were trained on. An older version named a file by its path; a later one names it by what
/// lies in it, and where one store is of each kind, the path of the file is its name too.
/// </summary>
internal static class InputNames
{
    /// <summary>The inputs that the settings of both stores name alike.</summary>
    public static IEnumerable<(RecordedInput Here, RecordedInput There)> Shared(IStoreRows here, IStoreRows there)
    {
        var (mine, theirs) = (AsRecorded(here), AsRecorded(there));
        var pairs = Alike(mine, theirs);
        return here.HasIdsOf(TrialSettings.ShortIdDigits) || there.HasIdsOf(TrialSettings.ShortIdDigits)
            ? pairs.Concat(Alike(ByPaths(here), theirs)).Concat(Alike(mine, ByPaths(there)))
            : pairs;
    }

    private static IEnumerable<(RecordedInput Here, RecordedInput There)> Alike(
        IEnumerable<(string Name, RecordedInput Input)> mine, IEnumerable<(string Name, RecordedInput Input)> theirs) =>
        mine.Join(theirs, own => (own.Name, own.Input.Input.Part), other => (other.Name, other.Input.Input.Part), (own, other) => (own.Input, other.Input));

    private static List<(string Name, RecordedInput Input)> AsRecorded(IStoreRows rows) => [.. rows.Inputs().Select(i => (i.Input.Settings, i))];

    private static List<(string Name, RecordedInput Input)> ByPaths(IStoreRows rows)
    {
        var files = rows.StoredTrials().Where(t => TrialRecognition.HasContents(t.Settings)).SelectMany(t => SettingsText.Parse(t.Settings).Values)
            .Where(v => v.Content is not null).Select(v => (Content: v.Content!, Path: v.Text)).Distinct().ToList();
        return
        [
            .. from input in rows.Inputs()
               from file in files
               where input.Input.Settings.Contains(file.Content, StringComparison.Ordinal)
               select (input.Input.Settings.Replace(file.Content, file.Path, StringComparison.Ordinal), input),
        ];
    }
}
