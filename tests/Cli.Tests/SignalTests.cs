using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>
/// The signals of schedulers: what comes ahead of a time limit (SIGUSR1, SIGUSR2), at a preemption or a cancellation (SIGTERM, and SIGCONT before
/// it) has every kind of worker write its checkpoint, give its stack back and end with 130; SIGCONT alone is nothing.
/// </summary>
public sealed class SignalTests : IDisposable
{
    private static readonly string LongSweep = Workplace.TinySweep
        .Replace("train.epochs: 4", "train.epochs: 100000", StringComparison.Ordinal)
        .Replace("eval.every_epochs: 2", "eval.every_epochs: 50000", StringComparison.Ordinal);

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("USR1", "worker")]
    [InlineData("USR2", "worker")]
    [InlineData("TERM", "worker")]
    [InlineData("CONT TERM", "worker")]
    [InlineData("TERM TERM", "worker")]
    [InlineData("USR1 TERM", "worker")]
    [InlineData("USR1", "workers")]
    [InlineData("TERM TERM", "workers")]
    [InlineData("USR1", "shard")]
    [InlineData("CONT TERM", "shard")]
    public void A_worker_of_a_job_leaves_with_a_checkpoint_and_gives_its_stack_back(string signals, string kind)
    {
        place.Write("long.yaml", LongSweep);
        place.Variables["SLURM_JOB_ID"] = "812";
        var isShard = kind == "shard";
        string[] store = isShard ? ["--store", "store", "--shard", "1/1"] : ["--store", "store.db"];
        if (!isShard)
        {
            // Registered, and left at once.
            using var first = place.Start(["run", "long.yaml", .. store]);
            first.WaitForError("training: ");
            first.Signal("TERM");
            Assert.Equal(130, first.Finish(TimeSpan.FromMinutes(1)).ExitCode);
        }

        using var running = isShard ? place.Start(["run", "long.yaml", .. store])
            : kind == "workers" ? place.Start(["worker", "--workers", "1", .. store]) : place.Start(["worker", .. store]);
        running.WaitForError("training: ");
        foreach (var signal in signals.Split(' ')) running.Signal(signal);

        var end = running.Finish(TimeSpan.FromMinutes(1));
        Assert.True(end.ExitCode == 130, $"{end.ExitCode}: {end.Error}");
        using var status = JsonDocument.Parse(place.Run("status", isShard ? "store" : "store.db", "--json").Output);
        Assert.Equal((4, 0), (status.RootElement.GetProperty("pending").GetInt32(), status.RootElement.GetProperty("running").GetInt32()));
        Assert.NotEmpty(Directory.GetFiles(place.PathOf(isShard ? "store/shard-1/attempt-1/checkpoints" : "checkpoints")));
    }

    [Fact]
    public void What_is_interrupted_while_a_plan_reads_a_large_file_ends_as_interrupted_and_makes_no_store()
    {
        place.Write("large.yaml", Workplace.TinySweep.Replace("fixed:\n", "fixed:\n  backbone.weights: large.safetensors\n", StringComparison.Ordinal));
        using (var file = File.Create(place.PathOf("large.safetensors"))) file.SetLength(1L << 40); // It has holes, and takes no room.
        using var running = place.Start("run", "large.yaml", "--store", "store.db");
        running.WaitForError("reading a file: ");

        running.Signal("INT");

        var end = running.Finish(TimeSpan.FromMinutes(1));
        Assert.True(end.ExitCode == 130, $"{end.ExitCode}: {end.Error}");
        Assert.Contains("Stopping; what was read is remembered. Press Ctrl-C again to stop at once.", end.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(place.PathOf("store.db")));
    }

    [Fact]
    public void A_job_is_shown_beside_the_host_of_its_worker_and_SIGCONT_is_nothing_to_it()
    {
        place.Write("long.yaml", LongSweep);
        (place.Variables["SLURM_ARRAY_JOB_ID"], place.Variables["SLURM_ARRAY_TASK_ID"]) = ("812", "3");
        using var running = place.Start("run", "long.yaml", "--store", "store.db");
        running.WaitForError("training: ");
        running.Signal("CONT");
        Thread.Sleep(1500);

        Assert.Contains(
            $"worker on {Environment.MachineName}, process {running.Id}, job 812_3", place.Run("status", "store.db").Output, StringComparison.Ordinal);
        using (var status = JsonDocument.Parse(place.Run("status", "store.db", "--json").Output))
        {
            var stack = status.RootElement.GetProperty("stacks")[0];
            Assert.Equal((Environment.MachineName, "812_3"), (stack.GetProperty("host").GetString(), stack.GetProperty("job").GetString()));
        }

        running.Signal("USR1");
        Assert.Equal(130, running.Finish(TimeSpan.FromMinutes(1)).ExitCode);
    }
}
