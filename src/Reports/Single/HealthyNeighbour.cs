using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Single;

/// <summary>The trial nearest to another of those that are well.</summary>
public static class HealthyNeighbour
{
    /// <summary>Whether a trial completed and each of its spaces has the healthy verdict.</summary>
    /// <param name="spaces">The store's.</param>
    public static bool IsHealthy(RecordedTrial trial, IReadOnlyList<Space> spaces) =>
        trial.State == TrialState.Completed && trial.Panels.Zip(spaces).All(p => p.Second.IsHealthy(p.First?.Verdict));

    /// <summary>
    /// The healthy trial that differs in the fewest parameters; of equally near ones that whose values lie nearest, then one of
    /// the same seed, then the first.
    /// </summary>
    /// <param name="spaces">The store's.</param>
    /// <param name="parameters">Those that vary.</param>
    /// <returns>Null where none is healthy.</returns>
    public static RecordedTrial? Of(
        RecordedTrial trial, IReadOnlyList<RecordedTrial> trials, IReadOnlyList<Space> spaces, IReadOnlyList<string> parameters)
    {
        var levels = parameters.ToDictionary(
            name => name,
            name => trials.Select(t => t.Settings.GetValueOrDefault(name)?.Number).OfType<double>().Distinct().Order().ToList(),
            StringComparer.Ordinal);
        return trials.Where(t => t.Id != trial.Id && IsHealthy(t, spaces))
            .OrderBy(t => Differing(trial, t, parameters).Count())
            .ThenBy(t => Differing(trial, t, parameters).Sum(name => Distance(trial, t, name, levels[name])))
            .ThenBy(t => t.Seed == trial.Seed ? 0 : 1)
            .ThenBy(t => t.Number)
            .FirstOrDefault();
    }

    /// <summary>The parameters in which two trials differ.</summary>
    public static IEnumerable<string> Differing(RecordedTrial a, RecordedTrial b, IReadOnlyList<string> parameters) =>
        parameters.Where(name => !Equals(a.Settings.GetValueOrDefault(name), b.Settings.GetValueOrDefault(name)));

    /// <summary>How many levels apart, as a share of all; 1 for what is no number.</summary>
    private static double Distance(RecordedTrial a, RecordedTrial b, string name, List<double> levels) =>
        a.Settings.GetValueOrDefault(name)?.Number is { } from && b.Settings.GetValueOrDefault(name)?.Number is { } to && levels.Count > 1
            ? Math.Abs(levels.IndexOf(from) - levels.IndexOf(to)) / (levels.Count - 1.0)
            : 1;
}
