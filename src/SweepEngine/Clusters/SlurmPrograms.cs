using System.ComponentModel;
using System.Diagnostics;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>A job in Slurm's queue.</summary>
/// <param name="Id">Of the array.</param>
/// <param name="Tasks">How many of its tasks wait or run.</param>
public sealed record SlurmQueued(string Id, string Name, int Tasks);

/// <summary>Slurm's own programs, as a user would call them.</summary>
public static class SlurmPrograms
{
    /// <summary>What <see cref="SlurmTask.Parse"/> reads: the user's own tasks, those that wait too.</summary>
    private static readonly string[] Columns = ["--me", "--noheader", "--array", $"--format={SlurmTask.Format}"];

    /// <summary>Whether there is a Slurm to submit to from this machine.</summary>
    public static bool AreThere => Programs.Find("sbatch") is not null;

    /// <param name="script">A file.</param>
    /// <returns>The id of the job.</returns>
    /// <exception cref="SweepException">Slurm does not take it, and says why.</exception>
    public static string Submit(string script) => Run("sbatch", "--parsable", script).Trim().Split(';')[0];

    /// <summary>The user's own jobs that belong to a store.</summary>
    /// <exception cref="SweepException">There is no squeue, or it gives no answer.</exception>
    public static IReadOnlyList<SlurmQueued> Queue(string store) =>
        [.. SlurmTask.Parse(Run("squeue", Columns), store).GroupBy(t => (t.Job, t.Name)).Select(g => new SlurmQueued(g.Key.Job, g.Key.Name, g.Count()))];

    /// <summary>The tasks of the user's own jobs that belong to a store, for those who would like to see them and can do without.</summary>
    /// <param name="patience">How long squeue may take: where its controller is away, it tries for minutes.</param>
    /// <returns>Null where there is no squeue, or it gives no answer in time.</returns>
    public static IReadOnlyList<SlurmTask>? TryTasks(string store, TimeSpan patience)
    {
        if (Programs.Find("squeue") is not { } program) return null;

        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, Columns) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (process.WaitForExit(patience) && Task.WaitAll([output, error], patience))
                return process.ExitCode == 0 ? SlurmTask.Parse(output.Result, store) : null;

            process.Kill(entireProcessTree: true);
            return null;
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or IOException)
        {
            return null;    // It cannot be started, or has ended just before it was to be ended.
        }
    }

    /// <summary>Ends a job: what waits never begins, and what runs is asked to leave.</summary>
    public static void Cancel(string id) => Run("scancel", id);

    private static string Run(string name, params string[] arguments)
    {
        var program = Programs.Find(name)
            ?? throw new SweepException($"There is no {name} on this machine: Slurm's programs are where jobs are submitted from, such as a login node.");
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output
            : throw new SweepException($"{name} ended with {process.ExitCode}: "
                + $"{string.Join("; ", error.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries))}");
    }
}
