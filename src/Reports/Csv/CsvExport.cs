using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>Writes a store as CSV files. Old files are replaced once all the new ones are whole.</summary>
public static class CsvExport
{
    private static readonly (string Name, Action<StoreReader, IReadOnlyList<string>, string> Write)[] Files =
    [
        ("trials.csv", TrialsCsv.Write),
        ("curves.csv", (store, _, path) => CurvesCsv.Write(store, path)),
        ("metrics.csv", (store, _, path) => MetricsCsv.Write(store, path)),
        ("summary.csv", SummaryCsv.Write),
        ("baseline.csv", (store, _, path) => BaselineCsv.Write(store, path)),
    ];

    /// <param name="folder">Made where it is missing.</param>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="SweepException">The folder cannot be written; the files in it are as they were.</exception>
    public static IReadOnlyList<string> Write(StoreReader store, string folder)
    {
        var varying = VaryingParameters.Of(store);
        var temporary = Path.Combine(folder, $".export-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(temporary);
            foreach (var (name, write) in Files) write(store, varying, Path.Combine(temporary, name));
            foreach (var (name, _) in Files) File.Move(Path.Combine(temporary, name), Path.Combine(folder, name), overwrite: true);
            return [.. Files.Select(f => Path.Combine(folder, f.Name))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{folder}: the CSV files cannot be written ({error.Message})", error);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }
}
