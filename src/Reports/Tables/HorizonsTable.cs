using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tables;

/// <summary><c>horizons</c>: one row a point, metric and horizon, with mean, standard deviation and interval over the point's seeds.</summary>
/// <remarks>Points count as in <see cref="SummaryTable"/>. One whose metric is defined for no seed has n = 0; one without the space has no rows.</remarks>
internal static class HorizonsTable
{
    public static IReadOnlyList<Column> Columns(TableSource source) =>
    [
        Column.Text("point"), .. source.Varying, Column.Text("space"), Column.Text("metric"), Column.Whole("horizon"), Column.Whole("n"), Column.Real("mean"),
        Column.Real("sd"), Column.Real("ci_low"), Column.Real("ci_high"),
    ];

    /// <summary>Whether the store has metrics at several horizons.</summary>
    public static bool Has(IStoreReader store) => store.Metrics.Any(metrics => HorizonSeries.In(metrics).Count > 0);

    public static void Write(TableSource source, ITableFile file)
    {
        foreach (var point in ByPoint(source))
        {
            foreach (var (place, space) in source.Store.Spaces.Index())
            {
                var panels = point.Select(t => t.Panels[place]).OfType<FinalPanel>().ToList();
                if (panels.Count == 0) continue;

                var places = source.Store.Metrics[place].Index().ToDictionary(m => m.Item.Name, m => m.Index, StringComparer.Ordinal);
                foreach (var series in HorizonSeries.In(source.Store.Metrics[place]).SelectMany(s => s.Baselines.Prepend(s)))
                {
                    foreach (var (before, metric) in series.Metrics.Index())
                    {
                        var statistics = SampleStatistics.Of([.. panels.Select(p => p.Values[places[metric.Name]]).OfType<double>()]);
                        file.Text(point[0].Point);
                        foreach (var column in source.Varying) file.Value(point[0].Settings.GetValueOrDefault(column.Name));
                        file.Text(space.Name).Text(series.Name).Whole(before + 1).Whole(statistics.N);
                        file.Real(statistics.Mean).Real(statistics.StandardDeviation).Real(statistics.Low).Real(statistics.High).EndRow();
                    }
                }
            }
        }
    }

    /// <summary>The trials of each point that count.</summary>
    private static IEnumerable<IReadOnlyList<RecordedTrial>> ByPoint(TableSource source)
    {
        var trials = new List<RecordedTrial>();
        foreach (var trial in source.TrialsByPoint().Where(t => t.State is TrialState.Completed or TrialState.Stopped))
        {
            if (trials.Count > 0 && trials[0].Point != trial.Point)
            {
                yield return trials;
                trials = [];
            }

            trials.Add(trial);
        }

        if (trials.Count > 0) yield return trials;
    }
}
