using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Counts what a store holds.</summary>
internal static class StatusQuery
{
    public static StoreStatus Run(SqliteConnection connection, DateTimeOffset now)
    {
        var counts = connection.Query<(string State, int Count)>(
            "SELECT state, count(*) FROM recorded_trial GROUP BY state").ToDictionary(c => c.State, c => c.Count, StringComparer.Ordinal);
        var live = LiveStacks(connection, now);
        var running = live.Sum(s => connection.ExecuteScalar<int>(
            "SELECT count(*) FROM recorded_trial WHERE stack = @Number AND state = 'pending'", new { s.Number }));
        var pending = Count(TrialState.Pending) - running;
        var workers = live.Select(s => s.Worker).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new StoreStatus(
            pending,
            running,
            Count(TrialState.Completed),
            Count(TrialState.Stopped),
            Count(TrialState.Failed),
            workers,
            connection.ExecuteScalar<int>(
                "SELECT count(*) FROM trial WHERE finished_utc > @since", new { since = StoreTime.Text(now - StoreStatus.Window) }),
            TimeLeft(connection, pending + running, Math.Max(1, workers.Count)));

        int Count(TrialState state) => counts.GetValueOrDefault(TrialStates.Text(state));
    }

    /// <summary>Stacks that somebody trains now.</summary>
    public static IReadOnlyList<(long Number, string Worker)> LiveStacks(SqliteConnection connection, DateTimeOffset now) =>
    [
        .. connection.Query<(long Number, string Worker, string Until)>(
                "SELECT number, worker, lease_until FROM stack WHERE finished_utc IS NULL AND worker IS NOT NULL ORDER BY number")
            .Where(s => StoreFault.Row(connection.DataSource, "stack", s.Number, () => WorkerIdentity.HoldsLease(s.Worker, s.Until, now)))
            .Select(s => (s.Number, s.Worker)),
    ];

    /// <summary>A time that something took.</summary>
    /// <exception cref="FormatException">Nothing takes as long.</exception>
    public static TimeSpan Duration(double seconds) => seconds is >= 0 and < 1e10
        ? TimeSpan.FromSeconds(seconds)
        : throw new FormatException($"{seconds} seconds are no time that something took");

    private static TimeSpan? TimeLeft(SqliteConnection connection, int unfinished, int workers)
    {
        var lately = connection.Query<(long Number, double Seconds)>(
            """
            SELECT number, seconds
            FROM (SELECT number, seconds FROM trial WHERE finished_utc IS NOT NULL ORDER BY finished_utc DESC LIMIT @sample)
            WHERE seconds IS NOT NULL
            """,
            new { sample = StoreStatus.Sample })
            .Select(t => StoreFault.Row(connection.DataSource, "trial", t.Number, () => Duration(t.Seconds))).ToList();
        return lately.Count == 0 ? null : TimeSpan.FromSeconds(lately.Average(t => t.TotalSeconds) * unfinished / workers);
    }
}
