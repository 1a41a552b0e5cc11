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
    /// <summary>Whether there is a Slurm to submit to from this machine.</summary>
    public static bool AreThere => Programs.Find("sbatch") is not null;

    /// <param name="script">A file.</param>
    /// <returns>The id of the job.</returns>
    /// <exception cref="SweepException">Slurm does not take it, and says why.</exception>
    public static string Submit(string script) => Run("sbatch", "--parsable", script).Trim().Split(';')[0];

    /// <summary>The user's own jobs that belong to a store.</summary>
    public static IReadOnlyList<SlurmQueued> Queue(string store) =>
    [
        .. Run("squeue", "--me", "--noheader", "--array", "--format=%F %j").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Trim().Split(' ', 2)).Where(f => f.Length == 2 && ClusterName.IsOf(f[1], store))
            .GroupBy(f => (Id: f[0], Name: f[1])).Select(g => new SlurmQueued(g.Key.Id, g.Key.Name, g.Count())),
    ];

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
