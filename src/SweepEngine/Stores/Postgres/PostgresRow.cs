using Npgsql;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>The row that a reader is at.</summary>
internal sealed class PostgresRow(NpgsqlDataReader reader) : IRow
{
    public long Whole(int column) => reader.GetInt64(column);

    public long? WholeOrNull(int column) => reader.IsDBNull(column) ? null : Whole(column);

    public int Count(int column)
    {
        var number = Whole(column);
        return number is >= 0 and <= int.MaxValue
            ? (int)number
            : throw new FormatException($"'{reader.GetName(column)}' is {number}, but must be from 0 to {int.MaxValue}");
    }

    public double Real(int column)
    {
        var number = reader.GetDouble(column);
        return double.IsFinite(number) ? number : throw new FormatException($"'{reader.GetName(column)}' is {number}, but must be a finite number");
    }

    public double? RealOrNull(int column) => reader.IsDBNull(column) ? null : Real(column);

    public string Text(int column) => reader.GetString(column);

    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : Text(column);

    public bool Truth(int column) => reader.GetBoolean(column);

    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);
}
