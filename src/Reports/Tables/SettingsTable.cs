namespace VicRegSweeps.Reports.Tables;

/// <summary><c>settings</c>: one row a parameter that has the same value in all trials, so that it is no column of <c>trials</c>.</summary>
internal static class SettingsTable
{
    public static IReadOnlyList<Column> Columns(TableSource source) =>
        [Column.Text("parameter"), Column.Text("value"), Column.Text("default"), Column.Text("meaning")];

    public static void Write(TableSource source, ITableFile file)
    {
        var parameters = source.Store.Parameters.ToDictionary(p => p.Name, StringComparer.Ordinal);
        foreach (var (name, value) in source.Fixed) file.Text(name).Text(value).Text(parameters[name].Default).Text(parameters[name].Doc).EndRow();
    }
}
