using System.Diagnostics;
using System.Text.Json;
using VicRegSweeps.SweepEngine.Clusters;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Slurm's queue beside the workers of a store, by a squeue that prints what a real one prints; see <see cref="SlurmTests"/> for that one.</summary>
public sealed class QueueTests : IDisposable
{
    private readonly Workplace place = new();

    public QueueTests()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        place.Variables["PATH"] = place.PathOf("bin");
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "shards", "--shard", "1/2", "--quiet").ExitCode);
    }

    public void Dispose() => place.Dispose();

    [Fact]
    public void Status_shows_the_queue_of_a_store_and_which_shard_waits_in_it()
    {
        var name = ClusterName.Of("tiny", place.PathOf("shards"));
        Squeue($"""
            echo '812|812_2|PENDING|Priority||{name}'
            echo '812|812_1|COMPLETING|None|node7|{name}'
            echo '9|9_2|RUNNING|None|node7|vicreg-other-0123456789'
            """);

        var status = place.Run("status", "shards");
        Assert.Equal((0, ""), (status.ExitCode, status.Error));
        Assert.Contains(
            "shard 2/2: 0 of 2 trials finished; no worker has begun it: job 812_2 is pending (Priority)\n", status.Output, StringComparison.Ordinal);
        Assert.Contains("in Slurm's queue: job 812: 1 completing, 1 pending (Priority)\n", status.Output, StringComparison.Ordinal);

        using var json = JsonDocument.Parse(place.Run("status", "shards", "--json").Output);
        Assert.Equal(
            [("812_2", "pending", "Priority", null), ("812_1", "completing", null, "node7")],
            json.RootElement.GetProperty("slurm").EnumerateArray().Select(t => (
                t.GetProperty("job").GetString(), t.GetProperty("state").GetString(), t.GetProperty("reason").GetString(), t.GetProperty("node").GetString())));

        using var watching = place.Start("status", "shards", "--watch");
        watching.WaitForOutput("in the queue job 812: 1 completing, 1 pending (Priority)");
    }

    [Fact]
    public void A_squeue_that_fails_or_does_not_answer_is_passed_over()
    {
        var without = place.Run("status", "shards");
        Assert.Contains("no worker has begun it: ", without.Output, StringComparison.Ordinal);

        Squeue("echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2; exit 1");
        Assert.Equal(without, place.Run("status", "shards"));

        Squeue("/bin/sleep 300");
        var watch = Stopwatch.StartNew();
        Assert.Equal(without, place.Run("status", "shards"));
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"{watch.Elapsed}");
        using var json = JsonDocument.Parse(place.Run("status", "shards", "--json").Output);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("slurm").ValueKind);
    }

    private void Squeue(string script)
    {
        place.Write("bin/squeue", $"#!/bin/sh\n{script}\n");
        Process.Start("/bin/chmod", ["+x", place.PathOf("bin/squeue")]).WaitForExit();
    }
}
