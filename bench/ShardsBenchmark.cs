using System.Globalization;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;
using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Bench;

/// <summary>What <c>status</c>, <c>export</c> and <c>report</c> cost on a folder of 200 shards with 50 trials each, against a quarter of the shards.</summary>
internal static class ShardsBenchmark
{
    private const int Few = 50;
    private const int Many = 200;
    private const int TrialsEach = 50;
    private const int LossRows = 5;
    private const int Rounds = 3;

    public static void Run()
    {
        var (few, many) = (Costs(Few), Costs(Many));
        Console.WriteLine(Invariant(
            $"shards: {Many} of {TrialsEach} trials each, {many["publish"].MegaBytes:0.0} MB published, medians of {Rounds}; beside it {Few} shards"));
        foreach (var (what, cost) in many)
            Console.WriteLine(Invariant($"  {what}: {cost.Seconds:0.00} s, {few[what].Seconds:0.00} s: {cost.Seconds / few[what].Seconds:0.0} times"));
    }

    private static Dictionary<string, (double Seconds, double MegaBytes)> Costs(int shards)
    {
        var place = Directory.CreateTempSubdirectory("shards-benchmark-").FullName;
        try
        {
            var (path, costs) = (Path.Combine(place, "shared"), new Dictionary<string, (double, double)>(StringComparer.Ordinal));
            var made = Clock.Seconds(() => Make(path, shards));
            costs["publish"] = (made, Directory.GetFiles(path, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length) / 1e6);
            Measure("status", () => ShardFolder.Open(path).Standings(TimeProvider.System.GetUtcNow()));
            Measure("open as one store", () => StoreRooms.OpenReader(path).Dispose());
            Measure("export --csv", () =>
            {
                using var reader = StoreRooms.OpenReader(path);
                Export.Csv(reader, Path.Combine(place, "csv"));
            });
            Measure("report", () =>
            {
                using var reader = StoreRooms.OpenReader(path);
                Report.Write(reader, Path.Combine(place, "report"));
            });
            return costs;

            void Measure(string what, Action action) =>
                costs[what] = (Enumerable.Range(0, Rounds).Select(_ => Clock.Seconds(action)).Order().ElementAt(Rounds / 2), 0);
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static void Make(string path, int shards)
    {
        var runner = new RecordingRunner(LossRows, PanelMetrics.All);
        var folder = ShardFolder.Make(path, shards, runner.Catalogue, TimeProvider.System, store =>
            store.Register("benchmark", "", "version: 1", RecordingRunner.Trials(shards * TrialsEach), runner.StackKey));
        foreach (var shard in Enumerable.Range(1, shards))
        {
            using var work = ShardWork.Begin(folder, new ShardPlace(shard, shards), runner.Catalogue, TimeProvider.System, TimeSpan.FromSeconds(60));
            new SweepRun(work.Store, runner, new SilentObserver()).Execute(CancellationToken.None);
            work.Publish(isLast: true);
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
