namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>Workers in Kubernetes, see <see cref="ClusterKeys.Kubernetes"/>. What is null is left to the cluster.</summary>
/// <param name="Image">The workers' image.</param>
public sealed record KubernetesSettings(string Image)
{
    public string? Namespace { get; init; }

    /// <summary>Pods.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Of each pod.</summary>
    public int Gpus { get; init; }

    public string GpuResource { get; init; } = "nvidia.com/gpu";

    public int WorkersPerGpu { get; init; } = 1;

    public int? Cpus { get; init; }

    public string? Memory { get; init; }

    public string Secret { get; init; } = "vicreg-sweep-store";

    /// <summary>In seconds.</summary>
    public int Grace { get; init; } = 90;

    public int Retries { get; init; } = 6;

    public string? Queue { get; init; }

    public string Command { get; init; } = "/opt/vicreg-sweep/vicreg-sweep";

    /// <summary>Folders of claims.</summary>
    public IReadOnlyList<(string Claim, string Path)> Volumes { get; init; } = [];

    /// <summary>Labels that nodes must have.</summary>
    public IReadOnlyList<(string Label, string Value)> NodeSelector { get; init; } = [];

    /// <summary>How many processes train in a pod.</summary>
    public int Processes => Math.Max(1, Gpus * WorkersPerGpu);
}
