using System.Data.Common;
using System.Text.Json;
using Dapper;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sql;

/// <summary>Reads stacks: who holds them, where they were trained, and which broke.</summary>
internal static class StackQuery
{
    /// <summary>The columns that <see cref="Read"/> takes, of a table that is called s.</summary>
    public const string Columns = "s.number, s.token, s.worker, s.lease_until, s.lost_leases, s.environment";

    /// <summary>Whether it has planned trials to train. A condition over <c>stack</c> s.</summary>
    public const string IsOpen = "s.finished_utc IS NULL AND EXISTS (SELECT 1 FROM trial WHERE stack = s.number AND state = 'pending' AND planned = 1)";

    public static StackRow Read(string address, IRow row) => StoreDamage.Row(address, "stack", row.Whole(0), () => new StackRow(
        row.Whole(0), row.Whole(1), row.TextOrNull(2), row.TextOrNull(3) is { } until ? StoreTime.Parse(until) : null, row.Count(4), row.TextOrNull(5)));

    /// <summary>The first row of a query; null where there is none.</summary>
    public static StackRow? First(string address, IQuery query, params ReadOnlySpan<object?> values)
    {
        query.Start(values);
        if (!query.Next()) return null;

        var stack = Read(address, query);
        query.Finish();
        return stack;
    }

    public static IReadOnlyList<HeldStack> Held(DbConnection connection, string address) =>
    [
        .. connection.Query<HeldRow>(
                """
                SELECT s.number AS Number, s.worker AS Worker, s.lease_until AS Until,
                    (SELECT count(*) FROM recorded_trial WHERE stack = s.number AND state = 'pending') AS Pending,
                    s.activity AS Activity, s.done AS Done, s.total AS Total, s.unit AS Unit
                FROM stack s
                WHERE s.finished_utc IS NULL AND s.worker IS NOT NULL
                ORDER BY s.number
                """)
            .Select(s => StoreDamage.Row(address, "stack", s.Number, () => new HeldStack(
                s.Number, s.Worker, StoreTime.Parse(s.Until), s.Pending, s.Activity is null ? null : new Progress(s.Activity, s.Done, s.Total, s.Unit)))),
    ];

    public static StackRecord Record(DbConnection connection, long number)
    {
        var (token, environment, created, finished) = connection.QuerySingle<(long, string?, string, string?)>(
            "SELECT token, environment, created_utc, finished_utc FROM stack WHERE number = @number", new { number });
        return new StackRecord(
            token,
            environment,
            created,
            finished,
            connection.Query<(long, long)>("SELECT place, trial FROM stack_member WHERE stack = @number ORDER BY place", new { number }).AsList(),
            connection.Query<(string, double)>("SELECT stage, seconds FROM stage_time WHERE stack = @number ORDER BY stage", new { number }).AsList());
    }

    public static IReadOnlyList<RecordedEnvironment> Environments(DbConnection connection, string address) => connection
        .Query<(string? Json, long Stacks, long Number)>(
            """
            SELECT environment, count(*), min(number) FROM stack
            WHERE number IN (SELECT stack FROM recorded_trial)
            GROUP BY environment ORDER BY count(*) DESC, environment IS NOT NULL, environment
            """)
        .Select(e => StoreDamage.Row(address, "stack", e.Number, () => new RecordedEnvironment(EnvironmentOf(e.Json), (int)e.Stacks))).ToList();

    public static IReadOnlyList<RecordedBreak> Breaks(DbConnection connection) =>
    [
        .. connection.Query<(string Broke, string Trials, int Width, string FailureClass, string Reason)>(
                "SELECT broke_utc, trials, width, failure_class, reason FROM stack_break ORDER BY broke_utc, number")
            .Select(b => new RecordedBreak(b.Broke, new StackBreak(JsonSerializer.Deserialize<string[]>(b.Trials)!, b.Width, b.FailureClass, b.Reason))),
    ];

    /// <exception cref="FormatException">It is no JSON object.</exception>
    private static string? EnvironmentOf(string? json)
    {
        if (json is null) return null;

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? json : throw new FormatException("the environment is not a JSON object");
        }
        catch (JsonException)
        {
            throw new FormatException("the environment is not a JSON object");
        }
    }

    private sealed record HeldRow
    {
        public long Number { get; init; }

        public string Worker { get; init; } = "";

        public string Until { get; init; } = "";

        public int Pending { get; init; }

        public string? Activity { get; init; }

        public long Done { get; init; }

        public long Total { get; init; }

        public string Unit { get; init; } = "";
    }
}
