using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary><c>metrics.csv</c>: one row a trial, evaluation, space and metric.</summary>
internal static class MetricsCsv
{
    public static void Write(StoreReader store, string path)
    {
        using var file = new CsvFile(path, ["trial", "epoch", "step", "space", "metric", "value"]);
        foreach (var row in store.MetricValues())
        {
            file.Text(row.Trial).Number(row.Epoch).Number(row.Step).Text(row.Space).Text(row.Metric).Number(row.Value).EndRow();
        }
    }
}
