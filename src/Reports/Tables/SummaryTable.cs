using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tables;

/// <summary><c>summary</c>: one row a point, with mean, standard deviation and interval over its seeds.</summary>
/// <remarks>
/// Trials that completed or that a stop rule stopped count: leaving the stopped out would hide the points that collapse.
/// After the metrics come each space's verdicts, as how many of the n have each, and how many of the n were stopped and so have the values
/// of an earlier step. Failed and unfinished trials do not count.
/// </remarks>
internal static class SummaryTable
{
    private static readonly string[] Statistics = ["mean", "sd", "ci_low", "ci_high"];

    public static IReadOnlyList<Column> Columns(TableSource source) =>
    [
        Column.Text("point"),
        .. source.Varying,
        Column.Whole("n"),
        .. FinalMetrics.Names(source.Store).SelectMany(name =>
            Statistics.Select(statistic => Column.Real($"{name}:{statistic}"))),
        .. Verdicts(source.Store).Select(v => Column.Whole($"{source.Store.Vocabulary.VerdictColumn(v.Space)}:{v.Verdict}")),
        Column.Whole("censored"),
        .. source.HasSweepColumn ? [Column.Text(TableSource.SweepColumn)] : Array.Empty<Column>(),
        .. source.HasGenerationColumn ? [Column.Whole(TableSource.GenerationColumn)] : Array.Empty<Column>(),
    ];

    /// <summary>Every verdict of every space, in the order of the columns.</summary>
    private static IEnumerable<(int Place, Space Space, string Verdict)> Verdicts(IStoreReader store) =>
        store.Spaces.Index().SelectMany(s => s.Item.Verdicts.Select(v => (s.Index, s.Item, v.Name)));

    public static void Write(TableSource source, ITableFile file)
    {
        Point? point = null;
        foreach (var trial in source.TrialsByPoint())
        {
            if (point?.Id != trial.Point)
            {
                point?.Write(source, file);
                point = new Point(trial.Point, trial.Id, trial.Settings, FinalMetrics.Names(source.Store).Count);
            }

            if (trial.State is TrialState.Completed or TrialState.Stopped)
            {
                point.Add(FinalMetrics.Of(source.Store, trial), [.. trial.Panels.Select(p => p?.Verdict)], trial.State == TrialState.Stopped);
            }
        }

        point?.Write(source, file);
    }

    /// <param name="trial">The id of its first trial, which is of the sweeps that the point is of.</param>
    private sealed class Point(string id, string trial, IReadOnlyDictionary<string, ParameterValue> settings, int metrics)
    {
        private readonly List<double>[] values = [.. Enumerable.Range(0, metrics).Select(_ => new List<double>())];
        private readonly List<IReadOnlyList<string?>> verdicts = [];
        private int n;
        private int censored;

        public string Id { get; } = id;

        /// <param name="judged">The verdict of every space; null where there is none.</param>
        public void Add(IEnumerable<double?> row, IReadOnlyList<string?> judged, bool isCensored)
        {
            n++;
            verdicts.Add(judged);
            if (isCensored) censored++;
            foreach (var (i, value) in row.Index())
            {
                if (value is { } number) values[i].Add(number);
            }
        }

        public void Write(TableSource source, ITableFile file)
        {
            file.Text(Id);
            foreach (var column in source.Varying) file.Value(settings.GetValueOrDefault(column.Name));
            file.Whole(n);
            foreach (var metric in values)
            {
                var statistics = SampleStatistics.Of(metric);
                file.Real(statistics.Mean).Real(statistics.StandardDeviation).Real(statistics.Low).Real(statistics.High);
            }

            foreach (var (place, _, verdict) in Verdicts(source.Store)) file.Whole(verdicts.Count(v => v[place] == verdict));
            file.Whole(censored);
            if (source.HasSweepColumn) file.Text(source.SweepsOf(trial));
            if (source.HasGenerationColumn) file.Whole(source.GenerationOf(trial));
            file.EndRow();
        }
    }
}
