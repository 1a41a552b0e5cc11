using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Finds the best trial so far and counts verdicts, at the last evaluation of every trial that has ended.</summary>
internal static class StandingQuery
{
    /// <param name="metric">What trials are ranked by, as in <see cref="Vocabulary.RankingNames"/>; null ranks none.</param>
    public static StoreStanding Run(SqliteConnection connection, Vocabulary words, string? metric)
    {
        var best = metric?.Split('/', 2) is [var space, var name] ? Best(connection, space, name, words.BetterOf(metric)) : default;
        var verdicts = connection.Query<(string Space, string Verdict, long Count)>(
            """
            SELECT e.space, e.verdict, count(*)
            FROM recorded_trial t
            JOIN evaluation e ON e.trial = t.number
            WHERE t.state IN ('completed', 'stopped')
              AND e.step = (SELECT max(step) FROM evaluation WHERE trial = t.number AND space = e.space)
            GROUP BY e.space, e.verdict
            """);
        return new StoreStanding(
            words,
            metric,
            best.Id is null ? null : new StandingTrial(best.Id, best.Value),
            verdicts.ToDictionary(v => (v.Space, v.Verdict), v => (int)v.Count));
    }

    private static (string? Id, double Value) Best(SqliteConnection connection, string space, string name, Better better)
    {
        var last = space == Vocabulary.Loss
            ? """
              JOIN term_value p ON p.trial = t.number AND p.term = (SELECT number FROM term WHERE name = @name)
                  AND p.step = (SELECT max(step) FROM logged_step WHERE trial = t.number)
              """
            : """
              JOIN evaluation e ON e.number =
                  (SELECT number FROM evaluation WHERE trial = t.number AND space = @space ORDER BY step DESC LIMIT 1)
              JOIN panel p ON p.evaluation = e.number AND p.metric = (SELECT number FROM metric WHERE name = @name)
              """;
        return connection.QueryFirstOrDefault<(string? Id, double Value)>(
            $"""
            SELECT t.id, p.value
            FROM recorded_trial t
            {last}
            WHERE t.state IN ('completed', 'stopped') AND p.value IS NOT NULL
            ORDER BY p.value {(better == Better.Less ? "ASC" : "DESC")}, t.number LIMIT 1
            """,
            new { space, name });
    }
}
