using System.Globalization;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Bench;

/// <summary>
/// The report of 10,000 trials with every metric of both spaces, 100,000 rows of curves and the embeddings of 500 images a trial,
/// against that of a tenth of them.
/// </summary>
internal static class ReportBenchmark
{
    private const int LossRows = 10;

    // What a trial keeps by default.
    private const int Images = 500;

    private const int Rounds = 3;

    public static void Run()
    {
        OneReport(100);
        var few = OneReport(1_000);
        var many = OneReport(10_000);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"report: 10000 trials, {PanelMetrics.All.Count * 2} metrics, {LossRows * 10_000} rows of curves, {Images} embeddings a trial: "
            + $"{many.Seconds:0.00} s, best of {Rounds}, page of {many.MegaBytes:0.0} MB; a tenth of the trials {few.Seconds:0.00} s, {few.MegaBytes:0.0} MB"));
    }

    private static (double Seconds, double MegaBytes) OneReport(int trials)
    {
        var folder = Directory.CreateTempSubdirectory("report-benchmark-").FullName;
        try
        {
            var path = Path.Combine(folder, "sweep.db");
            var runner = new RecordingRunner(LossRows, PanelMetrics.All, Images);
            using (var store = StoreRooms.CreateOrOpen(path, runner.Catalogue, TimeProvider.System))
            {
                store.Register("benchmark", "", "version: 1", RecordingRunner.Trials(trials), runner.StackKey);
                new SweepRun(store, runner, new SilentObserver()).Execute(CancellationToken.None);
            }

            var seconds = Enumerable.Range(0, Rounds).Min(_ => Clock.Seconds(() =>
            {
                using var reader = StoreRooms.OpenReader(path);
                reader.RefuseDamage();
                Report.Write(reader, Path.Combine(folder, "report"));
            }));
            return (seconds, new FileInfo(Path.Combine(folder, "report", "report.html")).Length / 1e6);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
