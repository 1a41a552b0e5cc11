using System.Globalization;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Bench;

/// <summary>How long the live page of 10,000 trials takes to be made anew, with every metric of both spaces and 100,000 rows of curves.</summary>
internal static class LiveBenchmark
{
    private const int Trials = 10_000;
    private const int LossRows = 10;
    private const int Rounds = 5;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("live-benchmark-").FullName;
        try
        {
            var path = Path.Combine(folder, "sweep.db");
            var runner = new RecordingRunner(LossRows, PanelMetrics.All);
            using var store = StoreRooms.CreateOrOpen(path, runner.Catalogue, TimeProvider.System);
            store.Register("benchmark", "", "version: 1", RecordingRunner.Trials(Trials), runner.StackKey);
            new SweepRun(store, runner, new SilentObserver()).Execute(CancellationToken.None);

            var page = new LivePage(path, new ReportOptions(), () => StoreRooms.OpenReader(path), TimeProvider.System);
            var first = Clock.Seconds(page.Try);
            var before = Environment.CpuUsage.TotalTime;
            var seconds = Enumerable.Range(0, Rounds).Select(_ => Clock.Seconds(page.Try)).Order().ToList();
            var processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds / Rounds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"live page: {Trials} trials, {PanelMetrics.All.Count * 2} metrics, {LossRows * Trials} rows of curves: "
                + $"{seconds[Rounds / 2]:0.00} s a refresh (median of {Rounds}, {seconds[0]:0.00} to {seconds[^1]:0.00} s), "
                + $"{processor:0.00} s of a processor; {first:0.00} s at first"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
