using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Shows a stop rule's memory what it had seen when a checkpoint was taken.</summary>
internal static class StopRecollection
{
    /// <param name="step">The checkpoint's.</param>
    public static IReadOnlyList<Recollection> Read(SqliteConnection connection, StackLease lease, long step, (string Space, string Name)? metric) =>
    [
        .. lease.Trials.Select(t => new Recollection(
            t.Key, [.. Evaluations(connection, t.Value.Number, step)], metric is { } m ? Value(connection, t.Value.Number, step, m) : null)),
    ];

    private static IEnumerable<Judgement> Evaluations(SqliteConnection connection, long trial, long step) => connection
        .Query<(string Space, int Epoch, string Verdict, string Evidence)>(
            "SELECT space, epoch, verdict, evidence FROM evaluation WHERE trial = @trial AND step <= @step ORDER BY step, space",
            new { trial, step })
        .Select(e => new Judgement(e.Space, e.Epoch, e.Verdict, e.Evidence));

    private static double? Value(SqliteConnection connection, long trial, long step, (string Space, string Name) metric) =>
        metric.Space == Vocabulary.Loss
            ? connection.ExecuteScalar<double?>(
                """
                SELECT v.value
                FROM logged_step s
                LEFT JOIN term_value v ON v.trial = s.trial AND v.step = s.step AND v.term = (SELECT number FROM term WHERE name = @Name)
                WHERE s.trial = @trial AND s.step <= @step
                ORDER BY s.step DESC LIMIT 1
                """,
                new { trial, step, metric.Name })
            : connection.ExecuteScalar<double?>(
                """
                SELECT p.value
                FROM evaluation e
                LEFT JOIN panel p ON p.evaluation = e.number AND p.metric = (SELECT number FROM metric WHERE name = @Name)
                WHERE e.trial = @trial AND e.space = @Space AND e.step <= @step
                ORDER BY e.step DESC LIMIT 1
                """,
                new { trial, step, metric.Space, metric.Name });
}
