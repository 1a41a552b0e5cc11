using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary><c>baseline.csv</c>: the metrics of what the trials share, such as the backbone's features.</summary>
internal static class BaselineCsv
{
    public static void Write(StoreReader store, string path)
    {
        using var file = new CsvFile(path, ["name", "metric", "value"]);
        foreach (var (name, panel) in store.Baselines())
        {
            foreach (var (metric, value) in panel.Metrics) file.Text(name).Text(metric).Number(value).EndRow();
        }
    }
}
