using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using VicRegSweeps.Formula;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Bench;

/// <summary>
/// A store in PostgreSQL, whose commits wait for the disk, on the machine of the workers: what a trial costs beside SQLite's, and beside Optuna's on
/// the same server; what it costs the server; how many stacks are claimed a second; and a thousand workers, each with a trial at a time that takes
/// some seconds, none of which may be lost or done twice.
/// </summary>
internal static class PostgresBenchmark
{
    private const int Few = 1_000;
    private const int Rounds = 5;

    // What a trial keeps by default.
    private const int Images = 500;

    // Of a worker at work, each with what it records and asks in a second.
    private const int Looks = 1_000;
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

        Compare(server, Fresh);
        Charge(server, "a trial in a stack of its own", Few, () => StoreBenchmark.Fill(Fresh(), Few, width: 1));
        Charge(server, "a trial in stacks of 32", Few, () => StoreBenchmark.Fill(Fresh(), Few));
        Charge(server, $"a trial with the embeddings of {Images} images, in stacks of 32", Few, () => StoreBenchmark.Fill(Fresh(), Few, images: Images));
        Work(server, Fresh());
        Claim(Fresh());
        Crowd(server, Fresh());
    }

    /// <summary>In turn, since others may use the machine meanwhile.</summary>
    private static void Compare(PostgresCluster server, Func<string> fresh)
    {
        StoreBenchmark.Fill(fresh(), Few / 10);
        var (stacks, singles, files, optuna) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 1; round <= Rounds; round++)
        {
            stacks.Add(Clock.Seconds(() => StoreBenchmark.Fill(fresh(), Few)) / Few);
            singles.Add(Clock.Seconds(() => StoreBenchmark.Fill(fresh(), StoreBenchmark.OptunaTrials, width: 1)) / StoreBenchmark.OptunaTrials);
            files.Add(StoreBenchmark.SecondsPerTrial(Few));
            var name = Invariant($"optuna_{round}");
            server.Sql($"CREATE DATABASE {name}");
            var database = Invariant($"postgresql+psycopg2://{PostgresCluster.User}@127.0.0.1:{server.Port}/{name}");
            if (StoreBenchmark.Optuna(database) is { } seconds) optuna.Add(seconds);
        }

        Console.WriteLine(Invariant($"postgres: 5 loss rows and two panels a trial, medians of {Rounds} rounds in turn, load {Load()} at the end"));
        Console.WriteLine($"  in stacks of 32: {Each(stacks)} a trial; SQLite {Each(files)}: {Times(stacks, files)} as long");
        Console.WriteLine($"  each in a stack of its own: {Each(singles)} a trial, {StoreBenchmark.OptunaTrials} trials");
        if (optuna.Count < Rounds) Console.WriteLine("  Optuna was not measured: python3-optuna or python3-psycopg2 is not installed");
        else
            Console.WriteLine($"  Optuna on the same server: {Each(optuna)}: {Times(optuna, singles)} a stack of its own, {Times(optuna, stacks)} stacks of 32");
    }

    /// <summary>What some work costs the server.</summary>
    private static void Charge(PostgresCluster server, string what, int count, Action work)
    {
        var before = ServerLoad.Of(server);
        var seconds = Clock.Seconds(work);
        var cost = ServerLoad.Of(server).Since(before);
        Console.WriteLine(Invariant(
            $"  {what} costs the server {cost.CpuSeconds / count * 1e3:0.00} ms of a core, {cost.Commits / (double)count:0.0} transactions, ")
            + Invariant($"{cost.WalBytes / 1e3 / count:0.0} kB of log and {cost.Bytes / 1e3 / count:0.0} kB of disk, in {seconds / count * 1e3:0.0} ms"));
    }

    /// <summary>A worker that trains: what it records and asks about once a second, beside the ends of its trials.</summary>
    private static void Work(PostgresCluster server, string address)
    {
        var runner = new RecordingRunner(0, PanelMetrics.All);
        using var store = StoreRooms.CreateOrOpen(address, runner.Catalogue, TimeProvider.System);
        store.Register("benchmark", "", "version: 1", RecordingRunner.Trials(32), runner.StackKey);
        var lease = store.LeaseNext(new LeaseRequest("node:1", TimeSpan.FromMinutes(30), (_, _) => 32)).Lease!;
        Charge(server, "a look of a worker that trains", Looks, () =>
        {
            for (var look = 1; look <= Looks; look++)
            {
                store.Record(lease, new RowBatch { Progress = new SweepEngine.Running.Progress("training", look, Looks, "steps") });
                store.CancelRequests(lease);
            }
        });
        Charge(server, "a lease that is made longer", Looks, () =>
        {
            for (var look = 1; look <= Looks; look++) store.Renew(lease, TimeSpan.FromMinutes(30));
        });
        store.Renew(lease, TimeSpan.FromMinutes(30));    // By a connection that stays open for some seconds.
        Console.WriteLine(Invariant($"  a connection has {ServerLoad.ConnectionBytes(server) / 1e6:0.0} MB of the server's memory to itself"));
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

    private static string Each(List<double> seconds) =>
        Invariant($"{Median(seconds) * 1e3:0.00} ms ({seconds.Min() * 1e3:0.00} to {seconds.Max() * 1e3:0.00})");

    /// <summary>The ratio within rounds, so that what the machine did else has less of a part in it.</summary>
    private static string Times(List<double> of, List<double> than)
    {
        var ratios = of.Zip(than, (a, b) => a / b).ToList();
        return Invariant($"{Median(ratios):0.0} times ({ratios.Min():0.0} to {ratios.Max():0.0})");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static double Quantile(IEnumerable<double> times, double part)
    {
        var sorted = times.Order().ToArray();
        return sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * part)];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
