namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>What a cluster file says of the site that a sweep is submitted to.</summary>
/// <param name="Slurm">Arrays of workers, at least one.</param>
/// <param name="Kubernetes">Null where the file does not name it.</param>
public sealed record ClusterFile(IReadOnlyList<SlurmBlock> Slurm, KubernetesSettings? Kubernetes)
{
    /// <summary>One worker, and everything else as the site has it.</summary>
    public static ClusterFile Standard { get; } = new([new SlurmBlock()], null);
}
