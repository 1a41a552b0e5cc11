using System.Globalization;
using Npgsql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>A connection within a transaction. Values take the places $1, $2, … of a statement.</summary>
internal sealed class Session(NpgsqlConnection connection)
{
    private const int RowsAtOnce = 2000;

    // Statements stay prepared on a connection that goes back to the pool: the text of one that fetches must not come again with other columns.
    private static long Cursors;

    public NpgsqlConnection Connection => connection;

    /// <summary>What is to be done before anything is read: rows that wait to be written are written.</summary>
    public Action Settle { get; set; } = () => { };

    /// <summary>All rows of a query.</summary>
    public List<T> All<T>(string sql, Func<PostgresRow, T> read, params ReadOnlySpan<object?> values)
    {
        Settle();
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        var (row, rows) = (new PostgresRow(reader), new List<T>());
        while (reader.Read()) rows.Add(read(row));
        return rows;
    }

    /// <summary>Goes through the rows of a query without holding them all. Other statements may be run meanwhile.</summary>
    public IEnumerable<T> Stream<T>(string sql, Func<PostgresRow, T> read)
    {
        var cursor = string.Create(CultureInfo.InvariantCulture, $"rows_{Interlocked.Increment(ref Cursors)}");
        Execute($"DECLARE {cursor} NO SCROLL CURSOR FOR {sql}");
        try
        {
            while (true)
            {
                var rows = All($"FETCH FORWARD {RowsAtOnce} FROM {cursor}", read);
                foreach (var row in rows) yield return row;
                if (rows.Count < RowsAtOnce) break;
            }
        }
        finally
        {
            Close(cursor);
        }
    }

    /// <summary>Runs several statements in one journey to the server.</summary>
    /// <returns>The only text that the last of them yields.</returns>
    public string Last(string statements)
    {
        using var command = Command(statements, []);
        using var reader = command.ExecuteReader();
        var last = "";
        do
        {
            while (reader.Read())
            {
                if (reader.GetFieldType(0) == typeof(string)) last = reader.GetString(0);
            }
        }
        while (reader.NextResult());
        return last;
    }

    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        Settle();
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <returns>The first column of the only row; null where there is none, or nothing in it.</returns>
    public long? Number(string sql, params ReadOnlySpan<object?> values)
    {
        Settle();
        using var command = Command(sql, values);
        return command.ExecuteScalar() is long number ? number : null;
    }

    /// <summary>Whether the only column of the only row is true.</summary>
    public bool Truth(string sql, params ReadOnlySpan<object?> values)
    {
        Settle();
        using var command = Command(sql, values);
        return command.ExecuteScalar() is true;
    }

    private NpgsqlCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value is string text ? Storable(text) : value ?? DBNull.Value });
        return command;
    }

    /// <summary>PostgreSQL's texts have no null character.</summary>
    internal static string Storable(string text) => text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', '\uFFFD') : text;

    /// <summary>The end of the transaction closes it too, and so does that of the connection.</summary>
    private void Close(string cursor)
    {
        try
        {
            Execute($"CLOSE {cursor}");
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException)
        {
        }
    }
}
