namespace VicRegSweeps.Reports.Tables;

/// <summary><c>baseline</c>: the metrics of what the trials share, such as the backbone's features.</summary>
internal static class BaselineTable
{
    public static IReadOnlyList<Column> Columns(TableSource source) =>
        [Column.Text("name"), Column.Text("metric"), Column.Real("value"), .. source.InputParameters.Select(Column.Text)];

    public static void Write(TableSource source, ITableFile file)
    {
        foreach (var (name, panel) in source.Store.Baselines())
        {
            var settings = source.InputOf(name);
            foreach (var (metric, value) in panel.Metrics)
            {
                file.Text(name).Text(metric).Real(value);
                foreach (var parameter in source.InputParameters) file.Text(settings?.GetValueOrDefault(parameter)?.Text);
                file.EndRow();
            }
        }
    }
}
