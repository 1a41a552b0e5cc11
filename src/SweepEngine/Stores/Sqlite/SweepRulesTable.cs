using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>The rules that the store keeps with every sweep.</summary>
internal static class SweepRulesTable
{
    /// <summary>The sweep by whose rules a trial is run: the oldest that names it. A scalar subquery over <c>trial</c>.</summary>
    public const string SweepOfTrial = "(SELECT min(sweep) FROM sweep_trial WHERE trial = trial.number)";

    public static void Write(SqliteConnection connection, long sweep, SweepRules rules) => connection.Execute(
        "UPDATE sweep SET stop = @stop, most_retries = @MostRetries, stack_width = @StackWidth WHERE number = @sweep",
        new { sweep, stop = RulesText.Of(rules.Stop), rules.MostRetries, rules.StackWidth });

    /// <returns>Null for a trial that no sweep names any more.</returns>
    public static long? SweepOf(SqliteConnection connection, long trial) => connection.ExecuteScalar<long?>(
        "SELECT min(sweep) FROM sweep_trial WHERE trial = @trial", new { trial });

    /// <param name="path">The store's, for messages.</param>
    public static SweepRules OfTrial(SqliteConnection connection, string path, long trial)
    {
        var row = connection.QuerySingleOrDefault<SweepRow>(
            """
            SELECT stop, most_retries AS MostRetries, stack_width AS StackWidth
            FROM sweep WHERE number = (SELECT min(sweep) FROM sweep_trial WHERE trial = @trial)
            """,
            new { trial });
        return row is null
            ? SweepRules.Default
            : new SweepRules { Stop = RulesText.Parse(path, row.Stop), MostRetries = row.MostRetries, StackWidth = row.StackWidth };
    }

    private sealed record SweepRow
    {
        public string? Stop { get; init; }

        public int MostRetries { get; init; }

        public int? StackWidth { get; init; }
    }
}
