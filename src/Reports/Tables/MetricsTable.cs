namespace VicRegSweeps.Reports.Tables;

/// <summary><c>metrics</c>: one row a trial, evaluation, space and metric.</summary>
internal static class MetricsTable
{
    public static IReadOnlyList<Column> Columns(TableSource source) =>
    [
        Column.Text("trial"), Column.Whole("epoch"), Column.Whole("step"), Column.Text("space"), Column.Text("metric"), Column.Real("value"),
    ];

    public static void Write(TableSource source, ITableFile file)
    {
        foreach (var row in source.MetricValues())
        {
            file.Text(row.Trial).Whole(row.Epoch).Whole(row.Step).Text(row.Space).Text(row.Metric).Real(row.Value).EndRow();
        }
    }
}
