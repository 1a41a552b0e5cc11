namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>A task of a job array that is in Slurm's queue.</summary>
/// <param name="Job">The id of the array, such as <c>812</c>.</param>
/// <param name="Id">Its own, such as <c>812_3</c>: what a worker that runs in it calls its job.</param>
/// <param name="Name">Of the job, see <see cref="ClusterName"/>.</param>
/// <param name="State">As Slurm calls it, in small letters: <c>pending</c>, <c>running</c>, <c>completing</c>.</param>
/// <param name="Reason">Why it is not running, as Slurm calls it, such as <c>Priority</c>; null where Slurm gives none.</param>
/// <param name="Node">Where it runs; null while it does not.</param>
public sealed record SlurmTask(string Job, string Id, string Name, string State, string? Reason, string? Node)
{
    /// <summary>What squeue is to print of a task.</summary>
    internal const string Format = "%F|%i|%T|%r|%N|%j";

    private const string NoReason = "None";

    /// <summary>Whether it waits for its turn.</summary>
    public bool Waits => State == "pending";

    /// <param name="output">Of squeue, in <see cref="Format"/>.</param>
    /// <returns>The tasks of jobs that belong to a store, as squeue orders them.</returns>
    internal static IReadOnlyList<SlurmTask> Parse(string output, string store) =>
    [
        .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split('|', 6))
            .Where(f => f.Length == 6 && ClusterName.IsOf(f[5], store))
            .Select(f => new SlurmTask(f[0], f[1], f[5], f[2].ToLowerInvariant(), f[3] is "" or NoReason ? null : f[3], f[4].Length > 0 ? f[4] : null)),
    ];
}
