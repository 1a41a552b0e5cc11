using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Reads one term or metric at the last row of trials.</summary>
internal static class ValueQuery
{
    /// <summary>At one trial's last row up to a step; null where there is none.</summary>
    public static double? UpTo(SqliteConnection connection, long trial, long step, string space, string name) => space == Vocabulary.Loss
        ? connection.ExecuteScalar<double?>(
            """
            SELECT v.value
            FROM logged_step s
            LEFT JOIN term_value v ON v.trial = s.trial AND v.step = s.step AND v.term = (SELECT number FROM term WHERE name = @name)
            WHERE s.trial = @trial AND s.step <= @step
            ORDER BY s.step DESC LIMIT 1
            """,
            new { trial, step, name })
        : connection.ExecuteScalar<double?>(
            """
            SELECT p.value
            FROM evaluation e
            LEFT JOIN panel p ON p.evaluation = e.number AND p.metric = (SELECT number FROM metric WHERE name = @name)
            WHERE e.trial = @trial AND e.space = @space AND e.step <= @step
            ORDER BY e.step DESC LIMIT 1
            """,
            new { trial, step, space, name });

    /// <summary>Of all recorded trials that have a value at their last row.</summary>
    public static IEnumerable<FinalValue> Final(SqliteConnection connection, string space, string name)
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
        return connection
            .Query<(long Number, string Id, string State, double Value)>(
                $"SELECT t.number, t.id, t.state, p.value FROM recorded_trial t {last} WHERE t.{SqliteRows.IsState} AND p.value IS NOT NULL",
                new { space, name }, buffered: false)
            .Select(v => new FinalValue(v.Number, v.Id, TrialStates.Parse(v.State), v.Value));
    }
}
