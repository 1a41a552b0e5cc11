using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>The table of stacks that broke: nobody may have been there to be told of it.</summary>
internal static class StackBreaks
{
    /// <summary>Call within the transaction that records what was done about it.</summary>
    public static void Write(SqliteConnection connection, StackBreak broke, DateTimeOffset now) => connection.Execute(
        """
        INSERT INTO stack_break (broke_utc, width, trials, failure_class, reason)
        VALUES (@now, @Width, @trials, @FailureClass, @Reason)
        ON CONFLICT DO NOTHING
        """,
        new { now = StoreTime.Text(now), broke.Width, trials = JsonSerializer.Serialize(broke.Trials), broke.FailureClass, broke.Reason });

    public static IReadOnlyList<RecordedBreak> Read(SqliteConnection connection) =>
    [
        .. connection.Query<(string Broke, string Trials, int Width, string FailureClass, string Reason)>(
                "SELECT broke_utc, trials, width, failure_class, reason FROM stack_break ORDER BY broke_utc, number")
            .Select(b => new RecordedBreak(b.Broke, new StackBreak(JsonSerializer.Deserialize<string[]>(b.Trials)!, b.Width, b.FailureClass, b.Reason))),
    ];
}
