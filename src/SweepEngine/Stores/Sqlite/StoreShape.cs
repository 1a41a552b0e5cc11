using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>
/// Whether the tables and views of a store are those that this version makes. A database from elsewhere may have others under
/// their names: a view that never ends, a column that is computed, a trigger that runs with every row that is written.
/// </summary>
internal static class StoreShape
{
    private static readonly ConcurrentDictionary<int, IReadOnlyList<Fact>> Expected = new();

    /// <summary>
    /// Refuses a store of a schema version that lacks a part of it, or has another thing in its place. What there is besides does not matter.
    /// </summary>
    /// <exception cref="SweepException">Something is missing or other than it should be.</exception>
    public static void Check(SqliteConnection connection, string path, int version)
    {
        var found = Facts(connection).ToHashSet();
        if (Expected.GetOrAdd(version, Made).FirstOrDefault(fact => !found.Contains(fact)) is { } missing)
            throw new SweepException(
                StoreFault.Damage(path, $"'{missing.Name}' is not as vicreg-sweep makes it: {missing.What} is missing or has been changed"));
    }

    /// <summary>Refuses a store in which more happens when something is written than is written here.</summary>
    /// <exception cref="SweepException">There is a trigger.</exception>
    public static void RefuseTriggers(SqliteConnection connection, string path)
    {
        var (name, table) = connection.QueryFirstOrDefault<(string? Name, string Table)>("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'");
        if (name is not null)
        {
            throw new SweepException(
                $"{path} has a trigger '{name}' on the table '{table}', which vicreg-sweep did not make, so nothing is written to it. Remove it with: DROP TRIGGER \"{name}\"");
        }
    }

    private static List<Fact> Made(int version)
    {
        using var connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        connection.Open();
        Schema.Make(connection, version);
        return Facts(connection);
    }

    private static List<Fact> Facts(SqliteConnection connection) => connection.Query<Fact>(
        """
        SELECT name AS Name, 'the ' || type AS What, type || strict AS Value FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'
        UNION ALL
        SELECT t.name, 'the column ' || c.name, c.type || ' ' || c.hidden || ' ' || c.pk
        FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
        UNION ALL
        SELECT table_name, 'that its ' || columns || ' are unique', '' FROM (
            SELECT t.name AS table_name, group_concat(c.name, ', ') AS columns
            FROM pragma_table_list t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c
            WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND i."unique" AND NOT i.partial
            GROUP BY t.name, i.name)
        UNION ALL
        SELECT name, 'its query', sql FROM sqlite_master WHERE type = 'view'
        """).AsList();

    private sealed record Fact
    {
        public string Name { get; init; } = "";

        public string What { get; init; } = "";

        public string Value { get; init; } = "";
    }
}
