using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine;

/// <summary>A statement that is compiled once and run for many rows.</summary>
internal sealed partial class PreparedCommand : IDisposable
{
    private readonly SqliteCommand command;

    /// <param name="sql">Its <c>@names</c> take the values given to a run, in the order in which they first appear.</param>
    public PreparedCommand(SqliteConnection connection, string sql)
    {
        command = connection.CreateCommand();
#pragma warning disable CA2100 // Every caller passes a constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in Names().Matches(sql).Select(m => m.Value).Distinct(StringComparer.Ordinal))
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }
    }

    public int Execute(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteNonQuery();
    }

    /// <returns>The first column of the first row; null where there is none.</returns>
    public object? Scalar(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteScalar();
    }

    public SqliteDataReader Read(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteReader();
    }

    public void Dispose() => command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        if (values.Length != command.Parameters.Count)
        {
            throw new ArgumentException($"{values.Length} values for {command.Parameters.Count} parameters.");
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Names();
}
