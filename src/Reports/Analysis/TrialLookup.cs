using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>Finds a trial by its id or the beginning of it.</summary>
internal static class TrialLookup
{
    /// <param name="what">What names it, for messages.</param>
    /// <exception cref="SweepException">There is no such trial, or several.</exception>
    public static RecordedTrial Find(IEnumerable<RecordedTrial> trials, string id, string what)
    {
        var all = trials.ToList();
        var found = all.Where(t => t.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var only] => only,
            [] => throw new SweepException(Nearest.Complaint($"{what} is '{id}', but there is no trial of that id", id, all.Select(t => t.Id))),
            _ => throw new SweepException($"{what} is '{id}', but {found.Count} trials begin so: {string.Join(", ", found.Take(5).Select(t => t.Id))}{(found.Count > 5 ? ", …" : "")}."),
        };
    }
}
