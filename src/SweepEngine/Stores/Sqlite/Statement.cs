using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>
/// A statement that is compiled once and run for many rows, straight on SQLite: ADO.NET's parameters and readers cost
/// several times what a row does.
/// </summary>
internal sealed class Statement : IQuery, IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    /// <param name="sql">Its <c>@names</c> take the values given to a run, in the order in which they first appear.</param>
    public Statement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    /// <summary>Runs a statement to its end.</summary>
    public void Execute(params ReadOnlySpan<object?> values)
    {
        Start(values);
        while (Next())
        {
        }
    }

    /// <returns>The first column of the only row; null where there is no row.</returns>
    public long? Number(params ReadOnlySpan<object?> values)
    {
        Start(values);
        if (!Next()) return null;

        var number = Whole(0);
        Finish();
        return number;
    }

    /// <summary>Goes through the rows that are left, so that the statement is done and holds nothing.</summary>
    public void Finish()
    {
        while (Next())
        {
        }
    }

    /// <summary>Begins a run; <see cref="Next"/> steps through its rows.</summary>
    public void Start(params ReadOnlySpan<object?> values)
    {
        Reset();
        var expected = raw.sqlite3_bind_parameter_count(statement);
        if (values.Length != expected) throw new ArgumentException($"{values.Length} values for {expected} parameters.");

        for (var i = 0; i < values.Length; i++)
        {
            Check(values[i] switch
            {
                null => raw.sqlite3_bind_null(statement, i + 1),
                int number => raw.sqlite3_bind_int(statement, i + 1, number),
                long number => raw.sqlite3_bind_int64(statement, i + 1, number),
                double number => raw.sqlite3_bind_double(statement, i + 1, number),
                byte[] bytes => raw.sqlite3_bind_blob(statement, i + 1, bytes),
                string text => raw.sqlite3_bind_text(statement, i + 1, text),
                var value => throw new ArgumentException($"{value.GetType()} has no place in the store."),
            });
        }
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False after the last.</returns>
    public bool Next()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW) return true;

        Reset();
        if (result != raw.SQLITE_DONE) Check(result);
        return false;
    }

    public long Whole(int column) => raw.sqlite3_column_int64(statement, column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public long? WholeOrNull(int column) => IsNull(column) ? null : Whole(column);

    /// <summary>A count: what does not fit is not a number that was written here.</summary>
    /// <exception cref="FormatException">It is negative, or larger than an int.</exception>
    public int Count(int column)
    {
        var number = Whole(column);
        return number is >= 0 and <= int.MaxValue ? (int)number
            : throw new FormatException($"'{Name(column)}' is {number}, but must be from 0 to {int.MaxValue}");
    }

    /// <exception cref="FormatException">It is infinite; what is not finite is written as null.</exception>
    public double? RealOrNull(int column) => IsNull(column) ? null : Real(column);

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>The column's bytes, which last until the next row.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    /// <inheritdoc cref="RealOrNull"/>
    public double Real(int column)
    {
        var number = raw.sqlite3_column_double(statement, column);
        return double.IsFinite(number) ? number : throw new FormatException($"'{Name(column)}' is {number}, but must be a finite number");
    }

    /// <summary>Appends the row's values, each with its type, so that different rows never yield the same bytes.</summary>
    public void AppendRow(IBufferWriter<byte> to)
    {
        for (var column = 0; column < raw.sqlite3_column_count(statement); column++)
        {
            var type = raw.sqlite3_column_type(statement, column);
            var bytes = type is raw.SQLITE_TEXT or raw.SQLITE_BLOB ? raw.sqlite3_column_blob(statement, column) : [];
            var head = to.GetSpan(9);
            head[0] = (byte)type;
            BinaryPrimitives.WriteInt64LittleEndian(head[1..], type switch
            {
                raw.SQLITE_INTEGER => Whole(column),
                raw.SQLITE_FLOAT => BitConverter.DoubleToInt64Bits(raw.sqlite3_column_double(statement, column)),
                _ => bytes.Length,
            });
            to.Advance(9);
            to.Write(bytes);
        }
    }

    public void Dispose() => statement.Dispose();

    /// <summary>Ends a run. It reports the error of the last step again, which has been seen to.</summary>
    private void Reset() => _ = raw.sqlite3_reset(statement);

    private string Name(int column) => raw.sqlite3_column_name(statement, column).utf8_to_string();

    private bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
