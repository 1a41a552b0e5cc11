using System.Diagnostics;
using System.Runtime.CompilerServices;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Tests.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Clusters;

/// <summary>The job script: what it says, against texts that were read by a person, and what bash makes of it.</summary>
public sealed class SlurmScriptTests
{
    private const string Everything = """
        version: 1
        slurm:
          - partition: gpu
            account: vision
            time: 1-12:00:00
            workers: 8
            at_once: 4
            gpus: 2
            gpu_type: a100
            workers_per_gpu: 3
            cpus: 16
            memory: 64G
            signal_ahead: 120
            time_limits: 5
            container: {pyxis: "docker://lab/vicreg sweep:1", options: [--container-mounts=/data]}
            setup: [module load cuda, "export X='a b'"]
            options: {qos: high, exclusive: true, comment: "of Ann's"}
        """;

    [Fact]
    public void The_least_is_as_it_was_read() => AsRecorded("least.sh", SlurmScript.Of(new SlurmJob(
        new SlurmBlock { Workers = 4 }, "vicreg-quickstart-0123456789", ["/opt/vicreg-sweep/vicreg-sweep"], ["--store", "postgres://ann@db.lab/sweeps"],
        "/home/ann/results/quickstart/slurm", null, 0)));

    [Fact]
    public void Everything_that_a_cluster_file_can_say_is_as_it_was_read() => AsRecorded("everything.sh", SlurmScript.Of(new SlurmJob(
        ClusterFileReader.Parse(Everything, "cluster.yaml").Slurm[0], "vicreg-quickstart-0123456789", ["/opt/vicreg sweep/run"],
        ["--store", "/shared/it's here"], "/home/ann's 100 %/slurm", [1, 2, 3, 5, 8], 8)));

    [Fact]
    public void Apptainer_gets_the_GPUs() => Assert.Contains(
        "worker=(apptainer exec --nv --bind /data /images/vicreg.sif /opt/run worker --store /shared --workers 1)",
        SlurmScript.Of(new SlurmJob(new SlurmBlock { Gpus = 1, Container = new Container(false, "/images/vicreg.sif", ["--bind", "/data"]) }, "n", ["/opt/run"],
            ["--store", "/shared"], "/logs", null, 0)), StringComparison.Ordinal);

    [Theory]
    [InlineData("exit 0", "", 0, "found nothing left", false)]
    [InlineData("exit 3", "", 0, "some trials failed", false)]
    [InlineData("exit 2", "", 2, "for you to mend", false)]
    [InlineData("exit 70", "", 70, "ended with 70", false)]
    [InlineData("trap 'exit 130' USR1; while :; do sleep 0.1; done", "USR1", 130, "left after SIGUSR1; it is queued again", true)]
    [InlineData("trap 'exit 130' USR2; while :; do sleep 0.1; done", "USR2", 130, "left after SIGUSR2; it is queued again", true)]
    [InlineData("trap 'exit 130' TERM; while :; do sleep 0.1; done", "TERM", 130, "", false)]
    [InlineData("trap 'exit 130' TERM; while :; do sleep 0.1; done", "CONT TERM", 130, "", false)]
    [InlineData("trap 'sleep 1; exit 130' USR1 TERM; while :; do sleep 0.1; done", "USR1 TERM", 130, "left after SIGUSR1; it is queued again", true)]
    [InlineData("trap '' CONT; sleep 1; exit 0", "CONT", 0, "found nothing left", false)]
    public void Bash_passes_signals_on_and_has_this_task_alone_queued_again(string worker, string signals, int code, string said, bool isRequeued)
    {
        using var place = new TemporaryFolder();
        var end = Bash(place, worker, new SlurmBlock(), signals);

        Assert.Equal(code, end.Code);
        Assert.Contains(said, end.Said, StringComparison.Ordinal);
        Assert.Equal(isRequeued ? "requeue 812_3\n" : "", File.Exists(place["requeued"]) ? File.ReadAllText(place["requeued"]) : "");
    }

    [Fact]
    public void Time_limits_are_counted_and_preemptions_are_not()
    {
        const string leaves = "trap 'exit 130' USR1; while :; do sleep 0.1; done";
        using var place = new TemporaryFolder();

        // An hour has not passed: a preemption. Without a limit in the file, a signal may be one of the partition's.
        Bash(place, leaves, new SlurmBlock { Time = "1:00:00", TimeLimits = 0 }, "USR1");
        Assert.False(File.Exists(place["logs/812_3.limits"]));
        Bash(place, leaves, new SlurmBlock { TimeLimits = 1 }, "USR1");
        Assert.Equal("1\n", File.ReadAllText(place["logs/812_3.limits"]));
        File.Delete(place["requeued"]);
        var last = Bash(place, leaves, new SlurmBlock { TimeLimits = 1 }, "USR1");
        Assert.Contains("has run into its time limit 2 times, and is not queued again (time_limits is 1)", last.Said, StringComparison.Ordinal);
        Assert.False(File.Exists(place["requeued"]));
    }

    [Theory]
    [InlineData("90", 5400)]
    [InlineData("90:30", 5430)]
    [InlineData("4:00:00", 14400)]
    [InlineData("1-2", 93600)]
    [InlineData("1-2:30", 95400)]
    [InlineData("1-02:30:15", 95415)]
    public void Times_are_those_of_Slurm(string text, long seconds) => Assert.Equal(seconds, SlurmTime.Seconds(text));

    private static (int Code, string Said) Bash(TemporaryFolder place, string worker, SlurmBlock block, string signals)
    {
        Directory.CreateDirectory(place["logs"]);
        File.WriteAllText(place["scontrol"], $"#!/bin/sh\necho \"$@\" > {place["requeued"]}\n");
        File.WriteAllText(place["worker"], $"#!/bin/bash\necho begun > {place["begun"]}\n{worker}\n");
        Process.Start("/bin/chmod", ["0755", place["scontrol"], place["worker"]]).WaitForExit();
        File.WriteAllText(place["script"], SlurmScript.Of(new SlurmJob(block, "n", [place["worker"]], [], place["logs"], null, 0)));
        File.Delete(place["begun"]);
        var start = new ProcessStartInfo(Programs.Find("env")!, ["--default-signal=USR1,USR2,TERM", Programs.Find("bash")!, place["script"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{place["."]}:/usr/bin:/bin";
        (start.Environment["SLURM_ARRAY_JOB_ID"], start.Environment["SLURM_ARRAY_TASK_ID"]) = ("812", "3");
        using var process = Process.Start(start)!;
        while (!File.Exists(place["begun"])) Thread.Sleep(20);
        Thread.Sleep(200);
        foreach (var signal in signals.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Process.Start("/bin/sh", ["-c", $"kill -{signal} {process.Id}"]).WaitForExit();
            Thread.Sleep(200); // so that bash has told it before the next one comes, as Slurm leaves time between them
        }

        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    internal static void AsRecorded(string name, string text, [CallerFilePath] string source = "")
    {
        var record = Path.Combine(Path.GetDirectoryName(source)!, "Records", name);
        var found = Path.ChangeExtension(record, $"found{Path.GetExtension(name)}");
        if (File.Exists(record) && File.ReadAllText(record) == text)
        {
            File.Delete(found);
            return;
        }

        File.WriteAllText(found, text);
        Assert.Fail($"It is no longer {record}. Read {found}, and give it that name if it is right.");
    }
}
