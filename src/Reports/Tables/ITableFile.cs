using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Tables;

/// <summary>A table in the making, cell by cell and row by row; nothing but the row, or a group of rows, is held.</summary>
internal interface ITableFile : IDisposable
{
    ITableFile Text(string? text);

    ITableFile Whole(long? number);

    /// <summary>A number; null and what is not finite is an empty cell.</summary>
    ITableFile Real(double? number);

    void EndRow();
}

/// <summary>Cells that are made of others.</summary>
internal static class TableCells
{
    public static ITableFile Reals(this ITableFile file, IEnumerable<double?> numbers)
    {
        foreach (var number in numbers) file.Real(number);
        return file;
    }

    /// <summary>A parameter's value: numbers as they are, anything else as text; empty where the parameter is absent.</summary>
    public static ITableFile Value(this ITableFile file, ParameterValue? value) =>
        value?.Number is { } number ? file.Real(number) : file.Text(value?.Text);
}
