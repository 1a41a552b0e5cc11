using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Reports.Tables;

/// <summary><c>summary</c>: one row a point, with mean, standard deviation and interval over its seeds.</summary>
/// <remarks>
/// Trials that completed or that a stop rule stopped count: leaving the stopped out would hide the points that collapse.
/// How many of the n were stopped, and so have the values of an earlier step, is the last column. Failed and unfinished
/// trials do not count.
/// </remarks>
internal static class SummaryTable
{
    private static readonly string[] Statistics = ["mean", "sd", "ci_low", "ci_high"];

    public static IReadOnlyList<Column> Columns(TableSource source) =>
    [
        .. source.Varying,
        Column.Whole("n"),
        .. FinalMetrics.Names(source.Store).SelectMany(name =>
            Statistics.Select(statistic => Column.Real($"{name}:{statistic}"))),
        Column.Whole("censored"),
    ];

    public static void Write(TableSource source, ITableFile file)
    {
        Point? point = null;
        foreach (var trial in source.TrialsByPoint())
        {
            if (point?.Id != trial.Point)
            {
                point?.Write(source, file);
                point = new Point(trial.Point, trial.Settings, FinalMetrics.Names(source.Store).Count);
            }

            if (trial.State is TrialState.Completed or TrialState.Stopped)
            {
                point.Add(FinalMetrics.Of(source.Store, trial), trial.State == TrialState.Stopped);
            }
        }

        point?.Write(source, file);
    }

    private sealed class Point(string id, IReadOnlyDictionary<string, ParameterValue> settings, int metrics)
    {
        private readonly List<double>[] values = [.. Enumerable.Range(0, metrics).Select(_ => new List<double>())];
        private int n;
        private int censored;

        public string Id { get; } = id;

        public void Add(IEnumerable<double?> row, bool isCensored)
        {
            n++;
            if (isCensored) censored++;
            foreach (var (i, value) in row.Index())
            {
                if (value is { } number) values[i].Add(number);
            }
        }

        public void Write(TableSource source, ITableFile file)
        {
            foreach (var column in source.Varying) file.Value(settings.GetValueOrDefault(column.Name));
            file.Whole(n);
            foreach (var metric in values)
            {
                var statistics = SampleStatistics.Of(metric);
                file.Real(statistics.Mean).Real(statistics.StandardDeviation).Real(statistics.Low).Real(statistics.High);
            }

            file.Whole(censored).EndRow();
        }
    }
}
