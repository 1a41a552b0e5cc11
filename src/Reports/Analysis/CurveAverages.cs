using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>Loss curves averaged over the trials of every level of every axis, in one pass over the store.</summary>
internal sealed class CurveAverages
{
    private readonly Dictionary<(int Axis, int Level), SortedDictionary<long, Average[]>> byLevel = [];

    /// <summary>How many rows went in.</summary>
    public long Rows { get; private set; }

    /// <summary>Batches that a row averages; null where rows differ, the last row of a trial apart.</summary>
    public int? Batches { get; private set; }

    /// <summary>Whether the weights are known, so that weighted terms are there too.</summary>
    public bool HasWeights { get; private init; }

    /// <param name="factors">What each term is multiplied with in a trial's total; null where that is not known.</param>
    public static CurveAverages Of(ReportData data, Func<IReadOnlyDictionary<string, ParameterValue>, LossFactors?>? factors)
    {
        var trials = data.Trials.ToDictionary(t => t.Id, t => (t.Levels, Factors: factors?.Invoke(t.Recorded.Settings)), StringComparer.Ordinal);
        var averages = new CurveAverages { HasWeights = trials.Count > 0 && trials.Values.All(t => t.Factors is not null) };
        foreach (var (id, _, row) in data.Store.Losses())
        {
            var (levels, weights) = trials[id];
            averages.Rows++;
            averages.Batches = averages.Rows == 1 ? row.Batches : Math.Max(averages.Batches ?? 0, row.Batches);
            for (var axis = 0; axis < levels.Length; axis++) averages.Add(axis, levels[axis], row, weights);
            if (levels.Length == 0) averages.Add(-1, 0, row, weights);
        }

        return averages;
    }

    /// <summary>One term over the steps, mean and range over the trials of a level.</summary>
    /// <param name="axis">-1 where there are no axes.</param>
    /// <param name="term">0 invariance, 1 variance, 2 covariance, 3 total.</param>
    public IReadOnlyList<(long Step, double Low, double Mean, double High)> Curve(int axis, int level, int term, bool weighted) =>
        byLevel.TryGetValue((axis, level), out var steps)
            ? [.. steps.Select(s => (s.Key, Average: s.Value[(weighted ? 4 : 0) + term])).Where(s => s.Average.Count > 0)
                .Select(s => (s.Key, s.Average.Low, s.Average.Sum / s.Average.Count, s.Average.High))]
            : [];

    /// <summary>The most trials of a level that any step has.</summary>
    public int Trials(int axis, int level) =>
        byLevel.TryGetValue((axis, level), out var steps) ? steps.Values.Max(s => s.Max(a => a.Count)) : 0;

    private void Add(int axis, int level, LossRow row, LossFactors? weights)
    {
        if (!byLevel.TryGetValue((axis, level), out var steps)) byLevel[(axis, level)] = steps = [];
        if (!steps.TryGetValue(row.Step, out var terms)) steps[row.Step] = terms = new Average[8];
        terms[0].Add(row.Invariance);
        terms[1].Add(row.Variance);
        terms[2].Add(row.Covariance);
        terms[3].Add(row.Total);
        if (weights is null) return;

        terms[4].Add(row.Invariance * weights.Invariance);
        terms[5].Add(row.Variance * weights.Variance);
        terms[6].Add(row.Covariance * weights.Covariance);
        terms[7].Add(row.Total);
    }

    private struct Average
    {
        public int Count;
        public double Sum;
        public double Low;
        public double High;

        public void Add(double? value)
        {
            if (value is not { } number) return;

            (Low, High) = Count == 0 ? (number, number) : (Math.Min(Low, number), Math.Max(High, number));
            Sum += number;
            Count++;
        }
    }
}
