using System.Diagnostics;
using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>A sweep in shards by the real command, on machines that share nothing but a folder without locks.</summary>
public sealed class ShardTests : IDisposable
{
    private static readonly string Sweep = Workplace.TinySweep
        .Replace("loss.variance_weight: [0, 25]", "loss.variance_weight: [0, 1, 5, 25]\n  model.embedding_dim: [4, 8]", StringComparison.Ordinal)
        .Replace("train.epochs: 4", "train.epochs: 120", StringComparison.Ordinal)
        .Replace("eval.every_epochs: 2", "eval.every_epochs: 30", StringComparison.Ordinal);

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Machines_that_share_a_folder_without_locks_train_a_sweep_and_one_that_is_lost_is_named_and_replaced()
    {
        Assert.SkipWhen(Host.Lack is not null, Host.Lack ?? "");
        place.Write("sweep.yaml", Sweep);
        Directory.CreateDirectory(place.PathOf("shared"));
        var (one, two, three) = (new Host(place, "shared", "node1"), new Host(place, "shared", "node2"), new Host(place, "shared", "node3"));

        // The first dies with all that is on its disk, after it has published some of its work; the second does its own shard.
        using (var lost = one.Start("run", "sweep.yaml", "--store", "shared/sweep", "--shard", "1/2", "--checkpoint-every", "0.3"))
        {
            Until(() => Directory.Exists(place.PathOf("shared/sweep/shard-1/attempt-1/checkpoints")));
            lost.Signal("KILL");
        }

        Assert.Equal(0, two.Run("run", "sweep.yaml", "--store", "shared/sweep", "--shard", "2/2").ExitCode);
        var status = place.Run("status", "shared/sweep").Output;
        Assert.Contains($"on {two.Name}, process", status, StringComparison.Ordinal);
        Assert.Contains($"shard 1/2: 0 of 8 trials finished; at work on {one.Name}, process", status, StringComparison.Ordinal);
        var early = place.Run("merge", "early.db", "shared/sweep");
        Assert.Contains("shard 1/2: 0 of 8 trials finished", early.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("shard 2/2: ", early.Error.Replace("shard 2/2: 0 trials added", "", StringComparison.Ordinal), StringComparison.Ordinal);

        var resumed = three.Run("worker", "--store", "shared/sweep", "--shard", "1/2");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(["attempt-2"], Directory.GetDirectories(place.PathOf("shared/sweep/shard-1")).Select(Path.GetFileName));

        Assert.Equal(0, place.Run("run", "sweep.yaml", "--store", "local.db", "--quiet").ExitCode);
        Assert.Equal(0, place.Run("merge", "early.db", "shared/sweep").ExitCode);
        foreach (var store in new[] { "local.db", "shared/sweep", "early.db" })
            Assert.Equal(0, place.Run("export", store, "--csv", $"csv-{Path.GetFileName(store)}").ExitCode);
        foreach (var file in new[] { "curves.csv", "metrics.csv", "summary.csv", "settings.csv", "baseline.csv" })
        {
            Assert.Equal(place.Lines($"csv-local.db/{file}"), place.Lines($"csv-sweep/{file}"));
            Assert.Equal(place.Lines($"csv-local.db/{file}"), place.Lines($"csv-early.db/{file}"));
        }

        Assert.Equal(WithoutSeconds("csv-local.db"), WithoutSeconds("csv-sweep"));
        Assert.Equal(0, place.Run("report", "shared/sweep", "--out", "report").ExitCode);
        Assert.Equal(0, place.Run("export", "shared/sweep", "--weights", "best", "--out", "best").ExitCode);
        Assert.All([one, two, three], host => Assert.True(host.RefusesLocks));
        Assert.All([one, two, three], host => Assert.Empty(host.LocksAskedFor));

        // A database in the folder would not have worked there.
        var direct = new Host(place, "shared", "node4");
        Assert.NotEqual(0, direct.Run("run", "sweep.yaml", "--store", "shared/direct.db").ExitCode);
        Assert.NotEmpty(direct.LocksAskedFor);
        File.Delete(place.PathOf("shared/direct.db"));
        Assert.DoesNotContain(Directory.GetFiles(place.PathOf("shared"), "*", SearchOption.AllDirectories), f =>
            f.EndsWith("-wal", StringComparison.Ordinal) || f.EndsWith("-shm", StringComparison.Ordinal) || f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_is_said_in_a_sentence()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        place.Write("other.yaml", Workplace.TinySweep.Replace("[0, 25]", "[0, 25, 50]", StringComparison.Ordinal));
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "folder", "--shard", "1/2", "--quiet").ExitCode);

        Refused("--shard is '3/2', but must be two whole numbers", "run", "tiny.yaml", "--store", "folder", "--shard", "3/2");
        Refused("--shard is 1/3, but folder has 2 shards", "run", "tiny.yaml", "--store", "folder", "--shard", "1/3");
        Refused("folder has the shards of another plan: the file adds 2 trials", "run", "other.yaml", "--store", "folder", "--shard", "1/2");
        Refused("folder is a folder of 2 shards, and only the worker of a shard writes to it", "run", "tiny.yaml", "--store", "folder");
        Refused("folder is a folder of 2 shards", "resume", "folder");
        Refused("folder is a folder of 2 shards", "merge", "folder", "folder");
        Refused("none is no folder of shards", "worker", "--store", "none", "--shard", "1/2");
        var sweeps = place.Run("sweeps", ".").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["./folder", "  tiny: Does it run?"], sweeps[..2]);
        Assert.StartsWith("  2 completed, 2 pending; last written ", Assert.Single(sweeps[2..]), StringComparison.Ordinal);
        using var status = JsonDocument.Parse(place.Run("status", "folder/", "--json").Output);
        Assert.Equal([true, false], status.RootElement.GetProperty("shards").EnumerateArray().Select(s =>
            s.GetProperty("trials").GetInt32() == s.GetProperty("finished").GetInt32()));
    }

    private void Refused(string message, params string[] command)
    {
        var result = place.Run(command);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
    }

    private List<string> WithoutSeconds(string folder)
    {
        var lines = place.Lines($"{folder}/trials.csv").Select(line => line.Split(',')).ToList();
        var seconds = Array.IndexOf(lines[0], "seconds");
        return [.. lines.Select(cells => string.Join(',', cells.Where((_, place) => place != seconds)))];
    }

    private static void Until(Func<bool> holds)
    {
        for (var watch = Stopwatch.StartNew(); !holds(); Thread.Sleep(20))
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), "It did not come about within two minutes.");
    }
}
