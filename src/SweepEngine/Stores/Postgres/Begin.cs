using System.Globalization;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>What a transaction begins with, in one journey to the server: its locks, and the time.</summary>
/// <param name="Locks">Statements.</param>
/// <param name="Lasts">Whether its commit waits until it is on the disk.</param>
internal sealed record Begin(string Locks, bool Lasts = true)
{
    private const string Time = """to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""";

    /// <param name="schema">The store's.</param>
    public static Begin Of(Reach reach, string schema)
    {
        var store = PostgresLocks.Whole(schema).ToString(CultureInfo.InvariantCulture);
        return new Begin(
            reach.Whole ? $"SELECT pg_advisory_xact_lock({store});"
            : $"SELECT pg_advisory_xact_lock_shared({store}); {(reach.Stack == 0 ? "" : Row(reach.Stack))}");
    }

    /// <summary>To make a lease last longer.</summary>
    public static Begin Lease(long stack) => new(Row(stack), Lasts: false);

    /// <summary>The server's time, or that of a clock where one is given.</summary>
    public static DateTimeOffset TimeOf(Session session, TimeProvider? time) =>
        time?.GetUtcNow() ?? StoreTime.Parse(session.All($"SELECT {Time}", row => row.Text(0))[0]);

    /// <param name="idleSeconds">
    /// How long a process may do nothing within the transaction before the server ends it: one that is stopped must not stop all.
    /// </param>
    /// <returns>The time at which all locks are had.</returns>
    public DateTimeOffset Run(Session session, int idleSeconds, TimeProvider? time)
    {
        var now = session.Last(string.Create(
            CultureInfo.InvariantCulture,
            $"SET LOCAL idle_in_transaction_session_timeout = '{idleSeconds}s'; {(Lasts ? "" : "SET LOCAL synchronous_commit = off;")} {Locks} SELECT {Time}"));
        return time?.GetUtcNow() ?? StoreTime.Parse(now);
    }

    private static string Row(long stack) => string.Create(CultureInfo.InvariantCulture, $"SELECT 1 FROM stack WHERE number = {stack} FOR NO KEY UPDATE;");
}
