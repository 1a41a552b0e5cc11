using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>The statements of a connection, each compiled when it is first asked for.</summary>
internal sealed class Statements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, Statement> compiled = new(StringComparer.Ordinal);

    /// <summary>The statement of this text. Between <see cref="Statement.Start"/> and its last row it may not be asked for again.</summary>
    public Statement this[string sql] => compiled.TryGetValue(sql, out var statement) ? statement : compiled[sql] = new Statement(connection, sql);

    public void Dispose()
    {
        foreach (var statement in compiled.Values) statement.Dispose();
        compiled.Clear();
    }
}
