using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>Finds a trial by its id or the beginning of it.</summary>
internal static class TrialLookup
{
    /// <param name="idOf">A trial's id.</param>
    /// <param name="what">What names it, for messages.</param>
    /// <exception cref="SweepException">There is no such trial, or several.</exception>
    public static T Find<T>(IEnumerable<T> trials, Func<T, string> idOf, string id, string what)
    {
        var all = trials.ToList();
        var found = all.Where(t => idOf(t).StartsWith(id, StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var only] => only,
            [] => throw new SweepException(
                Nearest.Complaint($"{what} is '{id}', but there is no trial of that id", id, all.Select(idOf)) + $" {CommandName.Text} export STORE --md lists all trials."),
            _ => throw new SweepException(
                $"{what} is '{id}', but {found.Count} trials begin so: {string.Join(", ", found.Take(5).Select(idOf))}{(found.Count > 5 ? ", …" : "")}."),
        };
    }
}
