using System.Globalization;
using Npgsql;
using VicRegSweeps.Formula;

namespace VicRegSweeps.Bench;

/// <summary>What a server has done since it was started.</summary>
/// <param name="WalBytes">Of its log, which it writes before it answers.</param>
/// <param name="Commits">Transactions.</param>
/// <param name="CpuSeconds">Of all its processes, those that have ended too, in hundredths of a second.</param>
/// <param name="Bytes">What the database takes on its disk.</param>
internal sealed record ServerLoad(long WalBytes, long Commits, double CpuSeconds, long Bytes)
{
    private const double TicksPerSecond = 100;

    /// <summary>How long it may take until what a connection counted is seen by others.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public static ServerLoad Of(PostgresCluster server)
    {
        NpgsqlConnection.ClearAllPools();    // A connection that ends reports what it has counted.
        Thread.Sleep(Settling);
        var numbers = server.Sql(
            """
            SELECT (pg_current_wal_lsn() - '0/0')::bigint, (SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'),
                pg_database_size('postgres')
            """).Split('|').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new ServerLoad(numbers[0], numbers[1], Cpu(server), numbers[2]);
    }

    /// <summary>What it has done since then.</summary>
    public ServerLoad Since(ServerLoad before) =>
        new(WalBytes - before.WalBytes, Commits - before.Commits, CpuSeconds - before.CpuSeconds, Bytes - before.Bytes);

    /// <summary>The memory that only one connection uses, on average over those that are open.</summary>
    public static double ConnectionBytes(PostgresCluster server) => Children(Postmaster(server))
        .Where(process => File.ReadAllText($"/proc/{process}/cmdline").Contains("127.0.0.1(", StringComparison.Ordinal))
        .Select(process => File.ReadLines($"/proc/{process}/smaps_rollup").Where(l => l.StartsWith("Private_", StringComparison.Ordinal))
            .Sum(l => 1024.0 * long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)))
        .DefaultIfEmpty(double.NaN).Average();

    private static double Cpu(PostgresCluster server)
    {
        var postmaster = Postmaster(server);
        return (Ticks(postmaster, 11, 12, 13, 14) + Children(postmaster).Sum(child => Ticks(child, 11, 12))) / TicksPerSecond;
    }

    private static string Postmaster(PostgresCluster server) => File.ReadLines(Path.Combine(server.Data, "postmaster.pid")).First().Trim();

    private static List<string> Children(string parent) => [.. Directory.GetDirectories("/proc").Select(path => Path.GetFileName(path))
        .Where(name => name.All(char.IsAsciiDigit) && Fields(name) is { } fields && fields[1] == parent)];

    /// <param name="places">From 0, after the name of the process: 11 and 12 are its own time, 13 and 14 that of children that have ended.</param>
    private static long Ticks(string process, params IEnumerable<int> places) =>
        Fields(process) is { } fields ? places.Sum(place => long.Parse(fields[place], CultureInfo.InvariantCulture)) : 0;

    private static string[]? Fields(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;    // It has ended.
        }
    }
}
