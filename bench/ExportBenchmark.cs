using System.Globalization;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Bench;

/// <summary>Export as CSV of 10,000 trials with 40 metrics and 100,000 rows of curves; memory against that for a tenth of it.</summary>
internal static class ExportBenchmark
{
    private const int LossRows = 10;
    private const int Rounds = 3;

    // Twenty for each of the two spaces.
    private static readonly Metric[] Metrics = [.. Enumerable.Range(0, 20).Select(i => new Metric($"metric_{i}", ""))];

    public static void Run()
    {
        OneExport(100);
        var few = OneExport(1_000);
        var many = OneExport(10_000);
        Console.WriteLine(Invariant(
            $"export --csv: 10000 trials, {Metrics.Length * 2} metrics, {LossRows * 10_000} rows of curves: {many.Seconds:0.00} s, best of {Rounds}"));
        Console.WriteLine(Invariant($"live memory at most {many.MegaBytes:0.0} MB, {few.MegaBytes:0.0} MB for a tenth of the trials"));
    }

    private static (double Seconds, double MegaBytes) OneExport(int trials)
    {
        var folder = Directory.CreateTempSubdirectory("export-benchmark-").FullName;
        try
        {
            var path = Path.Combine(folder, "sweep.db");
            var runner = new RecordingRunner(LossRows, Metrics);
            using (var store = StoreRooms.CreateOrOpen(path, runner.Catalogue, TimeProvider.System))
            {
                store.Register("benchmark", "", "version: 1", RecordingRunner.Trials(trials), runner.StackKey);
                new SweepRun(store, runner, new SilentObserver()).Execute(CancellationToken.None);
            }

            var seconds = Enumerable.Range(0, Rounds).Min(_ => Time(path, folder));
            return (seconds, LiveMegaBytes(() => Time(path, folder)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Time(string path, string folder) => Clock.Seconds(() =>
    {
        using var reader = StoreRooms.OpenReader(path);
        Export.Csv(reader, Path.Combine(folder, "csv"));
    });

    /// <summary>The most that is reachable at a time, above what was before; looked at after forced collections.</summary>
    private static double LiveMegaBytes(Action action)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        var done = false;
        var watcher = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
                Thread.Sleep(20);
            }
        });
        watcher.Start();
        action();
        Volatile.Write(ref done, true);
        watcher.Join();
        return most / 1e6;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
