using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Tables;

/// <summary><c>curves</c>: one row a trial and logged step.</summary>
internal static class CurvesTable
{
    public static IReadOnlyList<Column> Columns(TableSource source) =>
    [
        Column.Text("trial"), Column.Whole("seed"), Column.Whole("epoch"), Column.Whole("step"), Column.Whole("batches"),
        .. source.Store.Vocabulary.Terms.Select(term => Column.Real($"{Vocabulary.Loss}/{term.Name}")),
    ];

    public static void Write(TableSource source, ITableFile file)
    {
        foreach (var (trial, seed, row) in source.Losses())
        {
            file.Text(trial).Whole(seed).Whole(row.Epoch).Whole(row.Step).Whole(row.Batches).Reals(row.Terms).EndRow();
        }
    }
}
