using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using VicRegSweeps.Formula;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Sweeps that are submitted to a real Slurm: whatever it does with the workers' jobs, the exports are those of one machine, bit for bit.</summary>
public sealed partial class SlurmTests(SlurmCluster slurm) : IClassFixture<SlurmCluster>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static int Count;

    private static readonly string Sweep = Workplace.TinySweep
        .Replace("loss.variance_weight: [0, 25]", "loss.variance_weight: [0, 1, 5, 25]\n  model.embedding_dim: [4, 8]", StringComparison.Ordinal)
        .Replace("train.epochs: 4", "train.epochs: 1500", StringComparison.Ordinal)
        .Replace("eval.every_epochs: 2", "eval.every_epochs: 500", StringComparison.Ordinal)
        + "run: {stack: 2}\n";

    private readonly Workplace place = new();

    private readonly Dictionary<string, Stopwatch> waiting = new(StringComparer.Ordinal);

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_sweep_in_PostgreSQL_survives_a_cancelled_a_requeued_and_a_warned_task_and_a_restarted_node()
    {
        Begin("workers: 3\n  memory: 250M");
        Assert.SkipWhen(PostgresCluster.Lack is not null, PostgresCluster.Lack ?? "");
        place.Variables["PGPASSWORD"] = PostgresCluster.Password;
        var store = PostgresCluster.Shared.Address($"slurm_{Interlocked.Increment(ref Count)}");

        var job = Submit(store);
        Until(() => Status(store).GetProperty("stacks").GetArrayLength() == 3, "three workers at work");
        Assert.Equal([$"{job}_0", $"{job}_1", $"{job}_2"], Jobs(store));
        var status = place.Run("status", store).Output;
        Assert.Contains($"in Slurm's queue: job {job}: ", status, StringComparison.Ordinal);
        Assert.Matches($@"worker on {Environment.MachineName}, process \d+, job {job}_0, heard of \d+ s ago\n", status);

        // One is cancelled for good, one is queued again by Slurm, and one is told to leave as ahead of its time limit.
        slurm.Ask("scancel", $"{job}_0");
        slurm.Ask("scontrol", "requeue", $"{job}_1");
        slurm.Ask("scancel", "--batch", "--signal=USR1", $"{job}_2");
        Until(() => !slurm.Queue().Any(t => t.StartsWith($"{job}_0 ", StringComparison.Ordinal)), "the cancelled task gone");
        Until(() => LogOf(job, 2).Contains("left after SIGUSR1; it is queued again", StringComparison.Ordinal), "the third task queued again");
        Assert.DoesNotContain("queued again", LogOf(job, 0), StringComparison.Ordinal);
        Until(() => Status(store).GetProperty("slurm").EnumerateArray().Any(t =>
            t.GetProperty("job").GetString() == $"{job}_2" && t.GetProperty("reason").GetString() == "BeginTime"), "status showing the task that waits");

        slurm.RestartNode();
        Until(() => Hurry(job) && Status(store).GetProperty("completed").GetInt32() == 16 && slurm.Queue().Count == 0, "all trials and tasks ended");
        Assert.Contains("found nothing left to train", LogOf(job, 1) + LogOf(job, 2), StringComparison.Ordinal);
        SameAsOnOneMachine(store);
    }

    [Fact]
    public void A_sweep_in_shards_goes_on_after_its_jobs_are_cancelled_and_one_has_run_into_its_time_limit()
    {
        Begin("workers: 2\n  memory: 250M\n  time: \"1\"\n  signal_ahead: 50");
        var store = place.PathOf("shared");

        var first = Submit(store);
        Until(() => Shards(store).All(s => s.GetProperty("at_work").GetBoolean()), "both shards at work");
        Assert.Equal([$"{first}_1", $"{first}_2"], Shards(store).Select(s => s.GetProperty("job").GetString()));
        Until(() => place.Run("status", store).Output.Contains($"in Slurm's queue: job {first}: ", StringComparison.Ordinal), "the queue in the status");
        var twice = place.Run("submit", "sweep.yaml", "--slurm", "--store", "shared");
        Assert.Contains($"job {first} is in Slurm's queue already, and each shard has one worker", twice.Error, StringComparison.Ordinal);

        var cancelled = place.Run("cancel", "shared");
        Assert.Contains($"Job {first} (vicreg-tiny-", cancelled.Error, StringComparison.Ordinal);
        Until(() => slurm.Queue().Count == 0, "no task left");
        Assert.Contains("No job of this store is in Slurm's queue", place.Run("cancel", "shared").Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Shards(store), s => s.GetProperty("at_work").GetBoolean());
        Assert.DoesNotContain("in Slurm's queue", place.Run("status", store).Output, StringComparison.Ordinal);

        // The limit is a minute, of which Slurm gives the worker ten seconds or fewer before it tells it to leave.
        var second = Submit(store);
        Until(() => LogOf(second, 1).Contains("left after SIGUSR1; it is queued again", StringComparison.Ordinal), "a task that ran into its limit "
            + "queued again");
        Assert.True(File.Exists(place.PathOf($"results/tiny/slurm/{second}_1.limits")));
        slurm.Ask("scontrol", "update", $"JobId={second}", "TimeLimit=20");
        Until(() => Hurry(second) && Shards(store).Sum(s => s.GetProperty("finished").GetInt32()) == 16 && slurm.Queue().Count == 0, "all trials and "
            + "tasks ended");
        SameAsOnOneMachine("shared");
        Assert.Contains("All 2 shards of", place.Run("submit", "sweep.yaml", "--slurm", "--store", "shared").Error, StringComparison.Ordinal);
    }

    private void Begin(string block)
    {
        Assert.SkipWhen(SlurmCluster.Lack is not null, SlurmCluster.Lack ?? "");
        place.Variables["SLURM_CONF"] = slurm.Configuration;
        place.Write("sweep.yaml", Sweep);
        place.Write("cluster.yaml", $"version: 1\nslurm:\n  {block}\n");
    }

    private string Submit(string store)
    {
        var submitted = place.Run("submit", "sweep.yaml", "--slurm", "--store", store, "--checkpoint-every", "1");
        Assert.True(submitted.ExitCode == 0, submitted.Error);
        return JobLine().Match(submitted.Error).Groups[1].Value;
    }

    /// <summary>
    /// Slurm has a task wait two minutes before it begins again; nobody has to. Some seconds it must: the node takes a task that begins in the
    /// second in which it ended for the old one, and refuses it.
    /// </summary>
    private bool Hurry(string job)
    {
        foreach (var task in slurm.Queue().Where(t => t.StartsWith($"{job}_", StringComparison.Ordinal) && t.EndsWith("PENDING", StringComparison.Ordinal)))
        {
            var name = task.Split(' ')[0];
            if (!waiting.TryGetValue(name, out var since)) waiting[name] = Stopwatch.StartNew();
            else if (since.Elapsed > TimeSpan.FromSeconds(4) && waiting.Remove(name)) slurm.Ask("scontrol", "update", $"JobId={name}", "StartTime=now");
        }

        return true;
    }

    private void SameAsOnOneMachine(string store)
    {
        Assert.Equal(0, place.Run("run", "sweep.yaml", "--store", "local.db", "--quiet").ExitCode);
        foreach (var (from, to) in new[] { (store, "cluster"), ("local.db", "local") }) Assert.Equal(0, place.Run("export", from, "--csv", to).ExitCode);
        foreach (var file in new[] { "curves.csv", "metrics.csv", "summary.csv", "settings.csv" })
            Assert.Equal(place.Lines($"local/{file}"), place.Lines($"cluster/{file}"));
    }

    private JsonElement Status(string store) => JsonDocument.Parse(place.Run("status", store, "--json").Output).RootElement;

    private List<JsonElement> Shards(string store) => [.. Status(store).GetProperty("shards").EnumerateArray()];

    private List<string?> Jobs(string store) => [.. Status(store).GetProperty("stacks").EnumerateArray().Select(s => s.GetProperty("job").GetString()).Order()];

    private string LogOf(string job, int task) =>
        File.Exists(place.PathOf($"results/tiny/slurm/{job}_{task}.log")) ? File.ReadAllText(place.PathOf($"results/tiny/slurm/{job}_{task}.log")) : "";

    private void Until(Func<bool> holds, string what)
    {
        for (var watch = Stopwatch.StartNew(); !holds(); Thread.Sleep(300))
            Assert.True(watch.Elapsed < Patience, $"Not within {Patience}: {what}. {string.Join(", ", slurm.Queue())}\n{slurm.Log}");
    }

    [GeneratedRegex(@"Job (\d+):")]
    private static partial Regex JobLine();
}
