using System.Diagnostics;
using System.Globalization;
using VicRegSweeps.Formula;

namespace VicRegSweeps.Drills;

/// <summary>32 worker processes on one store: no lock error, no trial twice.</summary>
internal static class CrowdDrill
{
    private const int Workers = 32;

    public static string Run(int trials, string store = "crowd.db")
    {
        using var site = new Site();
        site.Register("through.db", trials, epochs: 1);
        site.Register(store, trials, epochs: 1);
        site.Finish("through.db");

        var watch = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, Workers).Select(_ => site.Worker(store, "checkpoint=60")).ToList();
        foreach (var worker in workers)
        {
            var error = worker.StandardError.ReadToEnd();
            worker.WaitForExit();
            if (worker.ExitCode != 0 || error.Length > 0) throw new BrokenPromiseException($"a worker ended with {worker.ExitCode}: {error}");
        }

        var seconds = watch.Elapsed.TotalSeconds;
        var isServer = store.StartsWith(Site.Server, StringComparison.Ordinal);
        using System.Data.Common.DbConnection connection = isServer
            ? new Npgsql.NpgsqlConnection(PostgresCluster.Shared.ConnectionString(site[store]))
            : new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={site[store]};Pooling=False");
        connection.Open();
        var twice = Scalar(connection, "SELECT count(*) FROM (SELECT trial FROM stack_member GROUP BY trial HAVING count(*) > 1)");
        var leases = Scalar(connection, "SELECT sum(token) FROM stack");
        var stacks = Scalar(connection, "SELECT count(*) FROM stack");
        if (twice > 0 || leases != stacks) throw new BrokenPromiseException($"{twice} trials were in two stacks; {leases} leases of {stacks} stacks");

        return string.Create(CultureInfo.InvariantCulture,
            $"{Workers} workers, {seconds:0} s, {stacks} stacks leased once each: {site.Compare("through.db", store)}");
    }

    private static long Scalar(System.Data.Common.DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
