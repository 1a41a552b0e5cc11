using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary><c>summary.csv</c>: one row a point, with mean, standard deviation and interval over its seeds.</summary>
/// <remarks>
/// Trials that completed or that a stop rule stopped count: leaving the stopped out would hide the points that collapse.
/// Failed and unfinished ones do not.
/// </remarks>
internal static class SummaryCsv
{
    /// <param name="varying">The parameters that have a column.</param>
    public static void Write(StoreReader store, IReadOnlyList<string> varying, string path)
    {
        var names = FinalMetrics.Names(store);
        using var file = new CsvFile(
            path, [.. varying, "n", .. names.SelectMany(name => new[] { $"{name}:mean", $"{name}:sd", $"{name}:ci_low", $"{name}:ci_high" })]);
        foreach (var point in Points(store, names.Count))
        {
            foreach (var name in varying) file.Value(point.Settings.GetValueOrDefault(name));
            file.Number(point.N);
            foreach (var values in point.Values)
            {
                var statistics = SampleStatistics.Of(values);
                file.Number(statistics.Mean).Number(statistics.StandardDeviation).Number(statistics.Low).Number(statistics.High);
            }

            file.EndRow();
        }
    }

    /// <summary>Points in the order of their first trials.</summary>
    private static List<Point> Points(StoreReader store, int metrics)
    {
        var points = new OrderedDictionary<string, Point>(StringComparer.Ordinal);
        foreach (var trial in store.Trials())
        {
            if (!points.TryGetValue(trial.Point, out var point))
            {
                points.Add(trial.Point, point = new Point(trial.Settings, metrics));
            }

            if (trial.State is TrialState.Completed or TrialState.Stopped) point.Add(FinalMetrics.Of(store, trial));
        }

        return [.. points.Values];
    }

    private sealed class Point(IReadOnlyDictionary<string, ParameterValue> settings, int metrics)
    {
        public IReadOnlyDictionary<string, ParameterValue> Settings { get; } = settings;

        public int N { get; private set; }

        public IReadOnlyList<List<double>> Values { get; } = [.. Enumerable.Range(0, metrics).Select(_ => new List<double>())];

        public void Add(IEnumerable<double?> values)
        {
            N++;
            foreach (var (i, value) in values.Index())
            {
                if (value is { } number) Values[i].Add(number);
            }
        }
    }
}
