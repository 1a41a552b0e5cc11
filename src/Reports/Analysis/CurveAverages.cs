using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>Loss curves averaged over the trials of the levels that are drawn, in one pass over the store.</summary>
/// <param name="terms">How many terms the store has.</param>
internal sealed class CurveAverages(int terms)
{
    /// <summary>So many levels of an axis are drawn at most.</summary>
    public const int MostLevels = 6;

    private readonly Dictionary<(int Axis, int Level), Level> levels = [];

    /// <summary>How many rows went in.</summary>
    public long Rows { get; private set; }

    /// <summary>Batches that a row averages; null where rows differ, the last row of a trial apart.</summary>
    public int? Batches { get; private set; }

    /// <summary>Whether the weights are known, so that weighted terms are there too.</summary>
    public bool HasWeights { get; private init; }

    /// <summary>Whether neighbouring rows of a long curve were averaged.</summary>
    public bool AreThinned => levels.Values.Any(l => l.Steps.IsThinned);

    public static CurveAverages Of(ReportData data)
    {
        var averages = new CurveAverages(data.Words.Terms.Count) { HasWeights = data.Trials.Count > 0 && data.Trials.All(t => t.Factors is not null) };
        for (var axis = 0; axis < data.Axes.Count; axis++)
        {
            foreach (var level in Shortlist.Of(data.Axes[axis].Levels.Count, MostLevels)) averages.levels.Add((axis, level), averages.NewLevel());
        }

        if (data.Axes.Count == 0) averages.levels.Add((-1, 0), averages.NewLevel());
        ReportTrial? last = null;
        foreach (var (trial, (_, _, row)) in data.WithTrials(data.Store.Losses(), loss => loss.Trial))
        {
            averages.Rows++;
            averages.Batches = averages.Rows == 1 ? row.Batches : Math.Max(averages.Batches ?? 0, row.Batches);
            averages.Add(trial, row, isNew: trial != last);
            last = trial;
        }

        return averages;
    }

    /// <summary>One term over the steps, mean and range over the trials of a level.</summary>
    /// <param name="axis">-1 where there are no axes.</param>
    /// <param name="term">Its place among the store's.</param>
    public IReadOnlyList<(double Step, double Low, double Mean, double High)> Curve(int axis, int level, int term, bool weighted) =>
        levels.TryGetValue((axis, level), out var found) ? found.Steps.Curve((weighted ? terms : 0) + term) : [];

    /// <summary>How many trials of a level have a row.</summary>
    public int Trials(int axis, int level) => levels.TryGetValue((axis, level), out var found) ? found.Trials : 0;

    private void Add(ReportTrial trial, LossRow row, bool isNew)
    {
        if (trial.Levels.Length == 0) Add(levels[(-1, 0)], trial, row, isNew);
        for (var axis = 0; axis < trial.Levels.Length; axis++)
        {
            if (levels.TryGetValue((axis, trial.Levels[axis]), out var level)) Add(level, trial, row, isNew);
        }
    }

    private static void Add(Level level, ReportTrial trial, LossRow row, bool isNew)
    {
        if (isNew) level.Trials++;
        level.Steps.Add(row.Step, [.. row.Terms, .. row.Terms.Select((value, term) => value * trial.Factors?[term])]);
    }

    private Level NewLevel() => new(new ThinnedSteps(2 * terms));

    private sealed class Level(ThinnedSteps steps)
    {
        public ThinnedSteps Steps { get; } = steps;

        public int Trials { get; set; }
    }
}
