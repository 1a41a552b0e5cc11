using CsvHelper;

namespace VicRegSweeps.Reports.Tables;

/// <summary>One CSV file: RFC 4180, UTF-8, invariant culture, numbers in their shortest round-trip form.</summary>
internal sealed class CsvFile : ITableFile
{
    private readonly CsvWriter writer;

    public CsvFile(string path, IEnumerable<Column> columns)
    {
        writer = CsvWriter.ToFile(path, new CsvWriterOptions());
        foreach (var column in columns) writer.WriteField(Formula.Disarmed(column.Name));
        EndRow();
    }

    public ITableFile Text(string? text)
    {
        writer.WriteField(text is null ? null : Formula.Disarmed(text));
        return this;
    }

    public ITableFile Whole(long? number)
    {
        writer.WriteField(number);
        return this;
    }

    public ITableFile Real(double? number)
    {
        writer.WriteField(number);
        return this;
    }

    public void EndRow() => writer.EndRecord();

    public void Dispose() => writer.Dispose();
}
