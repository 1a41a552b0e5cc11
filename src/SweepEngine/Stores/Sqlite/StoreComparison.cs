using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Stores.Merging;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Compares trials that have ended in two stores: the temporary table <c>pair</c> says which are the same.</summary>
internal static class StoreComparison
{
    public static IReadOnlyList<Disagreement> Run(SqliteConnection connection) =>
    [
        .. connection.Query<Pair>(
            "SELECT id, here, there FROM temp.pair WHERE here_state <> 'pending' AND there_state <> 'pending' ORDER BY here")
            .AsList()
            .Select(pair => First(connection, pair))
            .OfType<Disagreement>(),
    ];

    /// <summary>The first difference; null when all is the same. How long it took does not count.</summary>
    private static Disagreement? First(SqliteConnection connection, Pair pair) =>
        Ends(connection, pair) ?? Losses(connection, pair) ?? Metrics(connection, pair);

    private static Disagreement? Ends(SqliteConnection connection, Pair pair)
    {
        const string end = "state || coalesce(' (' || failure_class || ')', '') || ' after step ' || coalesce(steps, 0)";
        var (here, there) = connection.QuerySingle<(string, string)>(
            $"SELECT (SELECT {end} FROM main.trial WHERE number = @Here), (SELECT {end} FROM source.trial WHERE number = @There)", pair);
        return here == there ? null : new Disagreement(pair.Id, "state", here, there);
    }

    private static Disagreement? Losses(SqliteConnection connection, Pair pair) => Difference(
        connection,
        pair,
        """
        SELECT v.step, 'loss/' || n.name AS name, v.value
        FROM {0}.term_value v
        JOIN {0}.term n ON n.number = v.term
        WHERE v.trial = {1}
        """);

    private static Disagreement? Metrics(SqliteConnection connection, Pair pair) => Difference(
        connection,
        pair,
        """
        SELECT e.step, e.space || '/' || m.name AS name, p.value
        FROM {0}.evaluation e
        JOIN {0}.panel p ON p.evaluation = e.number
        JOIN {0}.metric m ON m.number = p.metric
        WHERE e.trial = {1}
        """);

    /// <param name="values">Selects step, name and value of a trial; {0} stands for the database, {1} for the trial.</param>
    private static Disagreement? Difference(SqliteConnection connection, Pair pair, string values)
    {
        var row = connection.QueryFirstOrDefault<DifferenceRow>(
            $"""
            SELECT coalesce(h.step, t.step) AS step, coalesce(h.name, t.name) AS name, h.value AS Here, t.value AS There
            FROM ({Of("main", "@Here")}) h
            FULL JOIN ({Of("source", "@There")}) t ON t.step = h.step AND t.name = h.name
            WHERE h.value IS NOT t.value
            ORDER BY 1, 2 LIMIT 1
            """,
            pair);
        return row is null
            ? null
            : new Disagreement(pair.Id, $"{row.Name} at step {row.Step}", Text(row.Here), Text(row.There));

        string Of(string database, string trial) => values
            .Replace("{0}", database, StringComparison.Ordinal)
            .Replace("{1}", trial, StringComparison.Ordinal);

        static string? Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);
    }

    private sealed record Pair
    {
        public string Id { get; init; } = "";

        public long Here { get; init; }

        public long There { get; init; }
    }

    private sealed record DifferenceRow
    {
        public long Step { get; init; }

        public string Name { get; init; } = "";

        public double? Here { get; init; }

        public double? There { get; init; }
    }
}
