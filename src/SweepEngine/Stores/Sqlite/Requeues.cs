using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Makes finished trials pending again.</summary>
internal static class Requeues
{
    public static int Run(SqliteConnection connection, IReadOnlyList<TrialState> states)
    {
        foreach (var state in states.Where(s => !TrialStates.IsFinal(s)))
        {
            throw new SweepException(
                $"Trials that are {TrialStates.Text(state)} have no result to forget; completed, stopped and failed ones can be run again.");
        }

        using var transaction = ImmediateTransaction.Begin(connection, durable: true);
        connection.Execute("CREATE TEMP TABLE IF NOT EXISTS again (trial INTEGER PRIMARY KEY); DELETE FROM temp.again");
        connection.Execute(
            "INSERT INTO temp.again (trial) SELECT number FROM trial WHERE planned = 1 AND state IN @states",
            new { states = states.Select(TrialStates.Text) });
        connection.Execute("DELETE FROM logged_step WHERE trial IN (SELECT trial FROM temp.again)");
        connection.Execute("DELETE FROM evaluation WHERE trial IN (SELECT trial FROM temp.again)");
        connection.Execute("DELETE FROM kept_vectors WHERE step > 0 AND trial IN (SELECT trial FROM temp.again)");
        var count = connection.Execute(
            """
            UPDATE trial SET stack = NULL, alone = 0, retries = 0, state = 'pending', digest = NULL, failure_class = NULL, reason = NULL,
                epochs = NULL, steps = NULL, seconds = NULL, started_utc = NULL, finished_utc = NULL
            WHERE number IN (SELECT trial FROM temp.again)
            """);
        transaction.Commit();
        return count;
    }
}
