using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>The table of what trials were trained on. Equal settings must go on meaning the same content.</summary>
internal static class InputContents
{
    /// <summary>Records what is seen for the first time. Call within a transaction.</summary>
    /// <exception cref="SweepException">Trials were trained on something else under the same settings.</exception>
    public static void Confirm(SqliteConnection connection, string path, TrialInput input, DateTimeOffset now)
    {
        connection.Execute(
            """
            INSERT INTO input (settings, part, content, place, seen_utc) VALUES (@Settings, @Part, @Content, @Place, @now)
            ON CONFLICT DO NOTHING
            """,
            new { input.Settings, input.Part, input.Content, input.Place, now = StoreTime.Text(now) });
        var before = Read(connection).First(r => (r.Input.Settings, r.Input.Part) == (input.Settings, input.Part));
        if (before.Difference(input) is { } difference)
        {
            throw new SweepException(
                $"{path}: {difference}. Trials of one store are compared with each other, so they must be trained on the same. "
                + "Put back what was there, or give the new data a store of their own with --store.");
        }
    }

    /// <param name="schema">The database, where several are attached.</param>
    public static IReadOnlyList<RecordedInput> Read(SqliteConnection connection, string schema = "main") =>
    [
        .. connection.Query<(string Part, string Settings, string Content, string Place, string SeenUtc)>(
                $"SELECT part, settings, content, place, seen_utc FROM {schema}.input ORDER BY part, settings")
            .Select(i => new RecordedInput(new TrialInput(i.Part, i.Settings, i.Content, i.Place), i.SeenUtc)),
    ];
}
