using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>Loss curves averaged over the trials of the levels that are drawn, in one pass over the store.</summary>
internal sealed class CurveAverages
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
        var averages = new CurveAverages { HasWeights = data.Trials.Count > 0 && data.Trials.All(t => t.Factors is not null) };
        for (var axis = 0; axis < data.Axes.Count; axis++)
        {
            foreach (var level in Shortlist.Of(data.Axes[axis].Levels.Count, MostLevels)) averages.levels.Add((axis, level), new Level());
        }

        if (data.Axes.Count == 0) averages.levels.Add((-1, 0), new Level());
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
    /// <param name="term">0 invariance, 1 variance, 2 covariance, 3 total.</param>
    public IReadOnlyList<(double Step, double Low, double Mean, double High)> Curve(int axis, int level, int term, bool weighted) =>
        levels.TryGetValue((axis, level), out var found) ? found.Steps.Curve((weighted ? 4 : 0) + term) : [];

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
        level.Steps.Add(
            row.Step,
            row.Invariance,
            row.Variance,
            row.Covariance,
            row.Total,
            row.Invariance * trial.Factors?.Invariance,
            row.Variance * trial.Factors?.Variance,
            row.Covariance * trial.Factors?.Covariance,
            row.Total);
    }

    private sealed class Level
    {
        public ThinnedSteps Steps { get; } = new(8);

        public int Trials { get; set; }
    }
}
