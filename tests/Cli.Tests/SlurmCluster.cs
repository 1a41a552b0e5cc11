using System.Diagnostics;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli.Tests;

/// <summary>A real Slurm on this machine's loopback, as <c>eng/slurm</c> starts it, for the tests of one class.</summary>
public sealed class SlurmCluster : IDisposable
{
    private readonly string? folder;

    public SlurmCluster()
    {
        if (Lack is not null) return;

        folder = Directory.CreateTempSubdirectory("slurm-").FullName;
        Script("start");
    }

    /// <summary>Why there is none to be had on this machine; null where there is.</summary>
    public static string? Lack => new[] { "slurmctld", "slurmd", "munged" }.Any(p => Programs.Find(p, "/usr/sbin:/usr/bin:/usr/local/sbin") is null)
        ? "Slurm is not installed (apt-get install slurmctld slurmd slurm-client munge)" : null;

    /// <summary>Where its programs look.</summary>
    public string Configuration => Path.Combine(folder!, "slurm.conf");

    /// <summary>Restarts the daemon that runs the jobs.</summary>
    public void RestartNode() => Script("restart");

    /// <summary>What one of its programs prints.</summary>
    public string Ask(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Programs.Find(program)!, arguments) { RedirectStandardOutput = true };
        start.Environment["SLURM_CONF"] = Configuration;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }

    /// <summary>The tasks in the queue with their states, such as <c>5_1 RUNNING</c>.</summary>
    public IReadOnlyList<string> Queue() => Ask("squeue", "--noheader", "--array", "--format=%i %T").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What Slurm logged, for the message of a test that failed.</summary>
    public string Log => File.ReadAllText(Path.Combine(folder!, "slurmctld.log"));

    public void Dispose()
    {
        if (folder is null) return;

        Script("stop");
        Directory.Delete(folder, recursive: true);
    }

    private void Script(string verb)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Workplace.Repository, "eng", "slurm"), [verb, folder!]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
