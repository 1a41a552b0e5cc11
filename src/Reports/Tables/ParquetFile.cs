using Parquet;
using Parquet.Schema;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Tables;

/// <summary>One Parquet file: strings, 64-bit integers and doubles, every column nullable; rows are written by the group.</summary>
internal sealed class ParquetFile : ITableFile
{
    private const int RowsPerGroup = 1 << 14;

    private readonly FileStream stream;
    private readonly ParquetWriter writer;
    private readonly Cells[] cells;
    private int next;
    private int rows;

    public ParquetFile(string path, IEnumerable<Column> columns)
    {
        cells = [.. columns.Select(Cells.Of)];
        stream = File.Create(path);
        writer = ParquetWriter.CreateAsync(new ParquetSchema(cells.Select(c => c.Field)), stream).GetAwaiter().GetResult();
    }

    public ITableFile Text(string? text)
    {
        cells[next++].Add(text);
        return this;
    }

    public ITableFile Whole(long? number)
    {
        cells[next++].Add(number);
        return this;
    }

    public ITableFile Real(double? number)
    {
        cells[next++].Add(number);
        return this;
    }

    public void EndRow()
    {
        next = 0;
        if (++rows == RowsPerGroup) Flush();
    }

    public void Dispose()
    {
        if (rows > 0) Flush();
        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        stream.Dispose();
    }

    private void Flush()
    {
        using var group = writer.CreateRowGroup();
        foreach (var column in cells) column.WriteTo(group).GetAwaiter().GetResult();
        rows = 0;
    }

    /// <summary>A column's cells since the last group.</summary>
    private abstract class Cells(DataField field)
    {
        public DataField Field { get; } = field;

        public static Cells Of(Column column) => column.Kind switch
        {
            ColumnKind.Text => new Texts(column.Name),
            ColumnKind.Whole => new Numbers<long>(column.Name),
            _ => new Numbers<double>(column.Name),
        };

        public abstract void Add(object? value);

        public abstract Task WriteTo(ParquetRowGroupWriter group);
    }

    private sealed class Texts(string name) : Cells(new DataField<string>(name))
    {
        private readonly List<string> texts = [];

        public override void Add(object? value) => texts.Add(value is double number ? ParameterValue.Shortest(number) : (string)value!);

        public override async Task WriteTo(ParquetRowGroupWriter group)
        {
            await group.WriteAsync(Field, texts);
            texts.Clear();
        }
    }

    private sealed class Numbers<T>(string name) : Cells(new DataField<T?>(name))
        where T : struct
    {
        private readonly List<T?> numbers = [];

        public override void Add(object? value) =>
            numbers.Add(value is null or double.NaN ? null : (T)Convert.ChangeType(value, typeof(T), System.Globalization.CultureInfo.InvariantCulture));

        public override async Task WriteTo(ParquetRowGroupWriter group)
        {
            await group.WriteAsync<T>(Field, numbers.ToArray().AsMemory());
            numbers.Clear();
        }
    }
}
