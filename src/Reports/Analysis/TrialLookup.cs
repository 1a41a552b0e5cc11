using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>Finds a trial by its id or the beginning of it. Stores of older versions have the beginnings of ids alone, and whole ones find them.</summary>
public static class TrialLookup
{
    /// <param name="idOf">A trial's id.</param>
    /// <param name="what">What names it, for messages.</param>
    /// <exception cref="SweepException">There is no such trial, or several.</exception>
    public static T Find<T>(IEnumerable<T> trials, Func<T, string> idOf, string id, string what)
    {
        var all = trials.ToList();
        var found = all.Where(t => IsBeginning(id, idOf(t)) || (idOf(t).Length == TrialSettings.ShortIdDigits && IsBeginning(idOf(t), id))).ToList();
        return found switch
        {
            [var only] => only,
            [] => throw new SweepException(
                Nearest.Complaint($"{what} is '{id}', but there is no trial of that id", id,
                all.Select(idOf)) + $" {CommandName.Text} export STORE --md lists all trials."),
            _ => throw new SweepException(
                $"{what} is '{id}', but {found.Count} trials begin so: {string.Join(", ", found.Take(5).Select(idOf))}{(found.Count > 5 ? ", …" : "")}."),
        };
    }

    private static bool IsBeginning(string beginning, string id) => id.StartsWith(beginning, StringComparison.OrdinalIgnoreCase);
}
