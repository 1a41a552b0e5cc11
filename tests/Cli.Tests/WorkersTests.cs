using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Workers in processes of their own, and what may happen to them; and what is done with stores afterwards.</summary>
public sealed class WorkersTests : IDisposable
{
    private static readonly string LongSweep = Workplace.TinySweep
        .Replace("train.epochs: 4", "train.epochs: 300", StringComparison.Ordinal)
        .Replace("eval.every_epochs: 2", "eval.every_epochs: 100", StringComparison.Ordinal)
        + "run: {stack: 2}\n";

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Workers_that_are_killed_are_restarted_and_the_sweep_ends_with_the_same_bits()
    {
        place.Write("tiny.yaml", LongSweep);
        using (var running = place.Start("run", "tiny.yaml", "--store", "killed.db", "--workers", "2", "--checkpoint-every", "0.5"))
        {
            Until(() => Status("killed.db") is { } status && status.GetProperty("workers").GetArrayLength() > 0);
            Assert.Equal(2, Children(running.Id).Count);
            Kill(Children(running.Id)[0]);

            Assert.Equal(0, running.Finish(TimeSpan.FromMinutes(5)).ExitCode);
        }

        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "through.db").ExitCode);
        place.Run("export", "killed.db", "--csv", "killed");
        place.Run("export", "through.db", "--csv", "through");
        Assert.Equal(place.Lines("through/curves.csv"), place.Lines("killed/curves.csv"));
        Assert.Equal(place.Lines("through/metrics.csv"), place.Lines("killed/metrics.csv"));

        var verify = place.Run("verify", "killed.db", "-n", "2");
        Assert.Equal(0, verify.ExitCode);
        Assert.Equal(2, verify.Output.Split("the same to the last bit").Length - 1);
        Assert.Contains("bits, as here", verify.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("search: {method: sobol, count: 6}\n", 6)]
    [InlineData("search: {method: bayes, generations: 3, batch: 2, metric: embedding/knn_top1}\n", 6)]
    public void Workers_take_the_points_of_a_search_that_one_takes_whether_they_are_killed_or_not(string search, int points)
    {
        var sweep = Workplace.TinySweep.Replace("[0, 25]", "{log: [0.1, 100]}", StringComparison.Ordinal)
            .Replace("train.epochs: 4", "train.epochs: 60", StringComparison.Ordinal)
            .Replace("eval.every_epochs: 2", "eval.every_epochs: 20", StringComparison.Ordinal) + "run: {stack: 2}\n" + search;
        place.Write("search.yaml", sweep);
        Assert.Equal(0, place.Run("run", "search.yaml", "--store", "one.db").ExitCode);
        Assert.Equal(0, place.Run("run", "search.yaml", "--store", "two.db", "--workers", "2").ExitCode);
        using (var running = place.Start("run", "search.yaml", "--store", "killed.db", "--workers", "2", "--checkpoint-every", "0.2"))
        {
            Until(() => Status("killed.db") is { } status && status.GetProperty("completed").GetInt32() > 0);
            Kill(Children(running.Id)[0]);
            running.Signal("TERM");
            Assert.Equal(130, running.Finish(TimeSpan.FromMinutes(1)).ExitCode);
        }

        Assert.InRange(Status("killed.db")!.Value.GetProperty("completed").GetInt32(), 1, (2 * points) - 1);
        Assert.Equal(0, place.Run("run", "search.yaml", "--store", "killed.db", "--workers", "2").ExitCode);

        foreach (var store in new[] { "one", "two", "killed" }) place.Run("export", $"{store}.db", "--csv", store);
        Assert.Equal(1 + (2 * points), place.Lines("one/trials.csv").Length);
        foreach (var file in new[] { "curves.csv", "metrics.csv", "summary.csv" })
        {
            Assert.Equal(place.Lines($"one/{file}"), place.Lines($"two/{file}"));
            Assert.Equal(place.Lines($"one/{file}"), place.Lines($"killed/{file}"));
        }
    }

    [Fact]
    public void A_worker_does_not_outlive_its_supervisor_and_nothing_has_to_be_cleaned_up()
    {
        place.Write("tiny.yaml", LongSweep.Replace("train.epochs: 300", "train.epochs: 100000", StringComparison.Ordinal));
        List<int> workers;
        using (var running = place.Start("run", "tiny.yaml", "--store", "orphan.db", "--workers", "2"))
        {
            Until(() => Status("orphan.db") is { } status && status.GetProperty("running").GetInt32() == 4);
            workers = Children(running.Id);
            Kill(running.Id);
            Until(() => workers.TrueForAll(w => !Directory.Exists($"/proc/{w}")));
        }

        Assert.Equal(2, workers.Count);
        var status = Status("orphan.db")!.Value;
        Assert.Equal((4, 0), (status.GetProperty("pending").GetInt32(), status.GetProperty("running").GetInt32()));
    }

    [Fact]
    public void Asked_to_end_workers_write_checkpoints_and_none_is_left()
    {
        place.Write("tiny.yaml", LongSweep.Replace("train.epochs: 300", "train.epochs: 100000", StringComparison.Ordinal));
        using var running = place.Start("run", "tiny.yaml", "--store", "asked.db", "--workers", "2");
        Until(() => Status("asked.db") is { } status && status.GetProperty("running").GetInt32() == 4);
        var workers = Children(running.Id);
        running.Signal("TERM");

        var end = running.Finish(TimeSpan.FromSeconds(30));

        Assert.Equal(130, end.ExitCode);
        Assert.All(workers, w => Assert.False(Directory.Exists($"/proc/{w}")));
        Assert.Equal(2, Directory.GetFiles(place.PathOf("checkpoints")).Select(f => f.Split(".lease-")[0]).Distinct().Count());
        Assert.Equal(4, Status("asked.db")!.Value.GetProperty("pending").GetInt32());
    }

    [Fact]
    public void Stopped_trials_run_again_when_asked_for_and_halves_are_merged()
    {
        place.Write("tiny.yaml", Workplace.TinySweep + "stop: {halving: {metric: embedding/rankme, every_epochs: 2}}\n");
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "halved.db").ExitCode);
        Assert.Equal(2, Status("halved.db")!.Value.GetProperty("stopped").GetInt32());

        var again = place.Run("resume", "halved.db", "--states", "failed,stopped");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("2 trials are run again", again.Error, StringComparison.Ordinal);

        place.Write("more.yaml", Workplace.TinySweep.Replace("[0, 25]", "[25, 50]", StringComparison.Ordinal));
        place.Run("run", "more.yaml", "--store", "more.db");
        var merge = place.Run("merge", "all.db", "more.db", "halved.db");
        Assert.Equal(0, merge.ExitCode);
        Assert.Equal(6, Status("all.db")!.Value.GetProperty("total").GetInt32());
        Assert.Contains("0 trials added, 0 results taken over", place.Run("merge", "all.db", "more.db").Error, StringComparison.Ordinal);

        var wrong = place.Run("resume", "all.db", "--states", "pending");
        Assert.Equal(2, wrong.ExitCode);
        Assert.StartsWith("--states has 'pending', but must be made of completed, stopped, failed: ", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_writable_by_everybody_whatever_the_mask()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        using var process = Process.Start(new ProcessStartInfo("/bin/sh",
            ["-c", $"umask 000; exec dotnet '{Path.Combine(AppContext.BaseDirectory, "vicreg-sweep.dll")}' run tiny.yaml --quiet --cache banks"])
        {
            WorkingDirectory = place.PathOf("."),
        })!;
        process.WaitForExit();

        Assert.Equal(0, process.ExitCode);
        var made = Directory.GetFileSystemEntries(place.PathOf("."), "*", SearchOption.AllDirectories)
            .Where(p => !p.EndsWith("tiny.yaml", StringComparison.Ordinal)).ToList();
        Assert.True(made.Count > 5);
        Assert.All(made, path => Assert.False(IsWritableByEverybody(path), path));
    }

    /// <summary>Null while the store is being made.</summary>
    private JsonElement? Status(string store) =>
        place.Run("status", store, "--json") is { ExitCode: 0 } status ? JsonDocument.Parse(status.Output).RootElement : null;

    private static List<int> Children(int parent) =>
    [
        .. Directory.GetDirectories("/proc").Select(path => Path.GetFileName(path)).Where(name => int.TryParse(name, out _) && ParentOf(name) == parent)
            .Select(name => int.Parse(name, CultureInfo.InvariantCulture)),
    ];

    private static int ParentOf(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return -1;
        }
    }

    private static bool IsWritableByEverybody(string path) =>
        !OperatingSystem.IsWindows() && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherWrite);

    private static void Kill(int process) => Process.Start("/bin/sh", ["-c", $"kill -9 {process}"]).WaitForExit();

    private static void Until(Func<bool> holds)
    {
        for (var watch = Stopwatch.StartNew(); !holds(); Thread.Sleep(50))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), "It did not come within two minutes.");
        }
    }
}
