using CsvHelper;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>One CSV file in the making: RFC 4180, UTF-8, invariant culture, numbers in their shortest round-trip form.</summary>
internal sealed class CsvFile : IDisposable
{
    /// <summary>Text that a spreadsheet would take for a formula gets an apostrophe; numbers are left alone.</summary>
    private static readonly CsvWriterOptions Format = new() { Injection = CsvInjection.Escape };

    private readonly CsvWriter writer;

    public CsvFile(string path, IEnumerable<string> header)
    {
        writer = CsvWriter.ToFile(path, Format);
        foreach (var name in header) writer.WriteField(name);
        EndRow();
    }

    public CsvFile Text(string? text)
    {
        writer.WriteField(text);
        return this;
    }

    public CsvFile Number(long? number)
    {
        writer.WriteField(number);
        return this;
    }

    public CsvFile Number(double? number)
    {
        writer.WriteField(number);
        return this;
    }

    public CsvFile Numbers(IEnumerable<double?> numbers)
    {
        foreach (var number in numbers) Number(number);
        return this;
    }

    /// <summary>A parameter's value: numbers as they are, anything else as text; empty where the parameter is absent.</summary>
    public CsvFile Value(ParameterValue? value) => value?.Number is { } number ? Number(number) : Text(value?.Text);

    public void EndRow() => writer.EndRecord();

    public void Dispose() => writer.Dispose();
}
