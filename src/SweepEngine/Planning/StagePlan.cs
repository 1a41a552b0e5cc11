using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>Says which further trials a plan needs: those that its own are built on.</summary>
public static class StagePlan
{
    /// <summary>Every stage once, in the order in which they are needed first; each after the one that it is built on itself.</summary>
    /// <remarks>A stage that the plan names itself is none of these: it is trained in any case.</remarks>
    public static IReadOnlyList<Trial> Of(IEnumerable<Trial> trials, ITrialRunner runner)
    {
        var (stages, named, seen) = (new List<Trial>(), new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var trial in trials)
        {
            if (runner.StageOf(trial) is not { } stage) continue;

            named.Add(trial.Id);
            Add(stage);
        }

        // A trial that stands on its own has not been looked at by its id, which costs more than all else.
        if (stages.Count > 0) named.UnionWith(trials.Select(t => t.Id));
        return [.. stages.Where(s => !named.Contains(s.Id))];

        void Add(Trial stage)
        {
            if (!seen.Add(stage.Id)) return;

            if (runner.StageOf(stage) is { } below) Add(below);
            stages.Add(stage);
        }
    }
}
