using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using VicRegSweeps.Formula;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Bench;

/// <summary>
/// A store in PostgreSQL, whose commits wait for the disk, on the machine of the workers: what a trial costs beside SQLite's; how many stacks
/// are claimed a second; and a thousand workers, each with a trial at a time that takes some seconds, none of which may be lost or done twice.
/// </summary>
internal static class PostgresBenchmark
{
    private const int Few = 1_000;
    private const int Rounds = 3;
    private const int Claims = 3_000;
    private const int Claimers = 16;
    private const int Workers = 1_000;
    private const int TrialsPerWorker = 3;
    private const double TrialSeconds = 25;

    public static void Run()
    {
        if (PostgresCluster.Lack is { } lack)
        {
            Console.WriteLine($"postgres: not run: {lack}");
            return;
        }

        PostgresCluster.GivePassword();
        using var server = new PostgresCluster("fsync=on");
        var schemas = 0;
        string Fresh() => server.Address(Invariant($"bench_{++schemas}"));

        StoreBenchmark.Fill(Fresh(), Few / 10);
        var (mine, files) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            mine = Math.Min(mine, Clock.Seconds(() => StoreBenchmark.Fill(Fresh(), Few)) / Few);
            files = Math.Min(files, StoreBenchmark.SecondsPerTrial(Few));
        }

        Console.WriteLine(Invariant(
            $"postgres: {mine * 1e3:0.000} ms a trial at {Few} trials in stacks of 32, SQLite {files * 1e3:0.000} ms: {mine / files:0.0} times; best of {Rounds}"));
        Claim(Fresh());
        Crowd(server, Fresh());
    }

    /// <summary>Nothing but claims, by as many as there are connections.</summary>
    private static void Claim(string address)
    {
        var runner = new RecordingRunner(0, PanelMetrics.All);
        using (var store = StoreRooms.CreateOrOpen(address, runner.Catalogue, TimeProvider.System))
            store.Register("benchmark", "", "version: 1", RecordingRunner.Trials(Claims), runner.StackKey);

        var (times, trials) = (new ConcurrentBag<double>(), new ConcurrentBag<string>());
        var seconds = Clock.Seconds(() => OnThreads(Claimers, worker =>
        {
            using var store = StoreRooms.Open(address, runner.Catalogue, TimeProvider.System);
            while (true)
            {
                var start = Stopwatch.GetTimestamp();
                var lease = store.LeaseNext(new LeaseRequest(Invariant($"node:{worker}"), TimeSpan.FromMinutes(10), (_, _) => 1)).Lease;
                if (lease is null) return;

                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                trials.Add(lease.Work.Trials[0].Id);
            }
        }));
        if (trials.Distinct().Count() != Claims || trials.Count != Claims)
            throw new InvalidOperationException($"{trials.Count} claims of {Claims} trials, {trials.Distinct().Count()} of them different.");

        Console.WriteLine(Invariant(
            $"  {Claims / seconds:0} claims a second by {Claimers} at once, each of a stack of one: {Quantile(times, 0.5):0.0} ms at the median, {Quantile(times, 0.99):0.0} ms at the 99th percentile"));
    }

    /// <summary>A thousand workers in this process, which share its connections.</summary>
    private static void Crowd(PostgresCluster server, string address)
    {
        const int count = Workers * TrialsPerWorker;
        var runner = new RecordingRunner(5, PanelMetrics.All);
        using (var store = StoreRooms.CreateOrOpen(address, runner.Catalogue, TimeProvider.System))
            store.Register("benchmark", "", "version: 1", RecordingRunner.Trials(count), runner.StackKey);

        var (claims, records, late) = (new ConcurrentBag<double>(), new ConcurrentBag<double>(), 0);
        var seconds = Clock.Seconds(() => OnThreads(Workers, worker =>
        {
            var random = new Random(worker);
            Thread.Sleep(random.Next((int)(TrialSeconds * 1000)));
            using var store = StoreRooms.Open(address, runner.Catalogue, TimeProvider.System);
            while (Timed(claims, () =>
                Again(() => store.LeaseNext(
                new LeaseRequest(Invariant($"node-{worker % 125}:{worker}"), TimeSpan.FromMinutes(2), (_, _) => 1)))).Lease is { } lease)
            {
                Thread.Sleep((int)(TrialSeconds * 500 * (0.5 + random.NextDouble())));
                if (!Again(() => store.Renew(lease, TimeSpan.FromMinutes(2)))) Interlocked.Increment(ref late);
                Thread.Sleep((int)(TrialSeconds * 500 * (0.5 + random.NextDouble())));
                var batch = new RowBatch();
                runner.Record(lease.Work, batch);
                Timed(records, () => Again(() => store.Record(lease, batch)));
                Again(() =>
                {
                    store.Release(lease);
                    return true;
                });
            }
        }));
        using var reader = StoreRooms.OpenReader(address);
        var (done, steps) = (reader.Status().Completed, reader.Losses().Count());
        reader.RefuseDamage();
        var schema = address.Split("schema=")[1];
        var twice = server.Sql($"SELECT count(*) - count(DISTINCT trial) FROM {schema}.stack_member");
        if (done != count || steps != count * 5 || twice != "0" || late > 0)
            throw new InvalidOperationException($"{done} of {count} trials ended, {steps} rows of {count * 5}, {twice} in two stacks, {late} leases lost.");

        Console.WriteLine(Invariant(
            $"  {Workers} workers, {count} trials of {TrialSeconds:0} s each: {seconds:0} s in all ({TrialSeconds * (TrialsPerWorker + 1):0} s would be with a store that takes no time and workers that come one after the other), none lost, none twice, no lease lost"));
        Console.WriteLine(Invariant(
            $"  a claim takes {Quantile(claims, 0.5):0} ms at the median and {Quantile(claims, 0.99):0} ms at the 99th percentile; the end of a trial with {PanelMetrics.All.Count * 2 + 25} rows {Quantile(records, 0.5):0} ms and {Quantile(records, 0.99):0} ms"));
    }

    private static void OnThreads(int count, Action<int> work)
    {
        Exception? fault = null;
        var threads = Enumerable.Range(0, count).Select(i => new Thread(
            () =>
            {
                try
                {
                    work(i);
                }
                catch (Exception error)
                {
                    fault = error;
                }
            },
            512 << 10)).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (fault is not null) throw new InvalidOperationException(fault.Message, fault);
    }

    private static T Timed<T>(ConcurrentBag<double> times, Func<T> work)
    {
        var start = Stopwatch.GetTimestamp();
        var result = work();
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return result;
    }

    /// <summary>As a worker does with a store that is busy.</summary>
    private static T Again<T>(Func<T> work)
    {
        while (true)
        {
            try
            {
                return work();
            }
            catch (StoreBusyException)
            {
            }
        }
    }

    private static double Quantile(IEnumerable<double> times, double part)
    {
        var sorted = times.Order().ToArray();
        return sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * part)];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
