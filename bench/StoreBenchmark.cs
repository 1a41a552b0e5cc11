using System.Globalization;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Bench;

/// <summary>
/// What a trial costs besides its training: registration, lease, five loss rows, the panels of both spaces and its end, in a store
/// on disk. Then what it costs to merge such a store into another. Beside it, where Python has Optuna, the same reports to Optuna on SQLite.
/// </summary>
internal static class StoreBenchmark
{
    private const int LossRows = 5;
    private const int Few = 1_000;
    private const int Many = 10_000;

    // About 140 000 rows.
    private const int Merged = 2_000;

    // What every figure is the best of: other processes only ever add time.
    private const int Rounds = 3;

    /// <summary>Optuna takes a tenth of a second a trial, and more the more there are; this many end within a minute.</summary>
    public const int OptunaTrials = 200;

    public static void Run()
    {
        SecondsPerTrial(Few / 10);
        var few = Enumerable.Range(0, Rounds).Min(_ => SecondsPerTrial(Few));
        var many = Enumerable.Range(0, Rounds).Min(_ => SecondsPerTrial(Many));
        Console.WriteLine($"store: {LossRows} loss rows and two panels of {PanelMetrics.All.Count} metrics a trial, stacks of 32, best of {Rounds}");
        Console.WriteLine(Invariant($"  {few * 1e3:0.000} ms a trial at {Few} trials, {many * 1e3:0.000} ms at {Many}: {many / few:0.00} times"));
        var merge = MergeSeconds();
        Console.WriteLine(Invariant(
            $"  {merge * 1e3:0} ms to merge a store of {Merged} trials into an empty one, best of {Rounds}: {merge / Merged * 1e3:0.000} ms a trial"));
        if (Optuna() is { } optuna)
        {
            var times = optuna / many;
            Console.WriteLine(Invariant(
                $"  Optuna on SQLite, the same reports: {optuna * 1e3:0.0} ms a trial at {OptunaTrials} trials; {times:0} times as much as here at {Many}"));
        }
    }

    public static double SecondsPerTrial(int trials)
    {
        var folder = Directory.CreateTempSubdirectory("store-benchmark-").FullName;
        try
        {
            return Clock.Seconds(() => Fill(Path.Combine(folder, "sweep.db"), trials)) / trials;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double MergeSeconds()
    {
        var folder = Directory.CreateTempSubdirectory("store-benchmark-").FullName;
        try
        {
            Fill(Path.Combine(folder, "from.db"), Merged);
            return Enumerable.Range(0, Rounds).Min(round => Clock.Seconds(() =>
            {
                using var into = StoreRooms.CreateOrOpen(
                    Path.Combine(folder, Invariant($"into-{round}.db")), new RecordingRunner(LossRows, PanelMetrics.All).Catalogue, TimeProvider.System);
                using var from = StoreRooms.OpenReader(Path.Combine(folder, "from.db"));
                var report = into.Merge(from);
                if (report.Added != Merged) throw new InvalidOperationException($"{report.Added} of {Merged} trials were added.");
            }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Makes a store in which so many trials have ended.</summary>
    /// <param name="width">Of a stack.</param>
    /// <param name="images">See <see cref="RecordingRunner"/>.</param>
    public static void Fill(string path, int trials, int width = 32, int images = 0)
    {
        var runner = new RecordingRunner(LossRows, PanelMetrics.All, images, width);
        using var store = StoreRooms.CreateOrOpen(path, runner.Catalogue, TimeProvider.System);
        store.Register("benchmark", "", "version: 1", RecordingRunner.Trials(trials), runner.StackKey);
        var done = new SweepRun(store, runner, new SilentObserver()).Execute(CancellationToken.None).Status.Completed;
        if (done != trials) throw new InvalidOperationException($"{done} of {trials} trials were recorded.");
    }

    /// <param name="database">As SQLAlchemy addresses it; a new SQLite file unless given.</param>
    /// <returns>Seconds a trial; null where there is no Optuna that takes the database.</returns>
    public static double? Optuna(string? database = null) =>
        Python.Output("optuna_store.py", [OptunaTrials.ToString(CultureInfo.InvariantCulture), .. database is null ? Array.Empty<string>() : [database]])
            is { } output
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
