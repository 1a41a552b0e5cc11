using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>The table of what trials were trained on. Equal settings must go on meaning the same content.</summary>
internal static class InputContents
{
    private const int ShownDigits = 12;

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
        if (Difference(before, input) is { } difference)
        {
            throw new SweepException(
                $"{path}: {difference}. Trials of one store are compared with each other, so they must be trained on the same. "
                + "Put back what was there, or give the new data a store of their own with --store.");
        }
    }

    /// <summary>How what is there now differs from what trials were trained on, in a sentence without its full stop; null when it is the same.</summary>
    public static string? Difference(RecordedInput before, TrialInput now) => before.Input.Content == now.Content
        ? null
        : $"the {now.Part} are not those that its trials were trained on: since {before.SeenUtc} "
            + $"they were {Short(before.Input.Content)} (in {before.Input.Place}), and now they are {Short(now.Content)} (in {now.Place})";

    /// <param name="schema">The database, where several are attached.</param>
    public static IReadOnlyList<RecordedInput> Read(SqliteConnection connection, string schema = "main") =>
    [
        .. connection.Query<(string Part, string Settings, string Content, string Place, string SeenUtc)>(
                $"SELECT part, settings, content, place, seen_utc FROM {schema}.input ORDER BY part, settings")
            .Select(i => new RecordedInput(new TrialInput(i.Part, i.Settings, i.Content, i.Place), i.SeenUtc)),
    ];

    private static string Short(string content) => content.Length > ShownDigits ? content[..ShownDigits] : content;
}

/// <summary>What trials were trained on.</summary>
/// <param name="SeenUtc">When it was seen first: UTC text, as in all tables.</param>
public sealed record RecordedInput(TrialInput Input, string SeenUtc);
