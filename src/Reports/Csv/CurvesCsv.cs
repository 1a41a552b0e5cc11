using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary><c>curves.csv</c>: one row a trial and logged step.</summary>
internal static class CurvesCsv
{
    public static void Write(StoreReader store, string path)
    {
        using var file = new CsvFile(path, ["trial", "seed", "epoch", "step", "batches", .. LossTerms.Names.Select(term => $"loss/{term}")]);
        foreach (var (trial, seed, row) in store.Losses())
        {
            file.Text(trial).Number(seed).Number(row.Epoch).Number(row.Step).Number(row.Batches).Numbers(LossTerms.Of(row)).EndRow();
        }
    }
}
