namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>One array of workers in Slurm, see <see cref="ClusterKeys.Slurm"/>. What is null is left to the site.</summary>
public sealed record SlurmBlock
{
    public string? Partition { get; init; }

    public string? Account { get; init; }

    public string? Time { get; init; }

    /// <summary>Tasks of the array.</summary>
    public int Workers { get; init; } = 1;

    public int? AtOnce { get; init; }

    /// <summary>Of each task.</summary>
    public int Gpus { get; init; }

    public string? GpuType { get; init; }

    public int WorkersPerGpu { get; init; } = 1;

    public int? Cpus { get; init; }

    public string? Memory { get; init; }

    /// <summary>In seconds.</summary>
    public int SignalAhead { get; init; } = 90;

    public int TimeLimits { get; init; } = 20;

    public string? Command { get; init; }

    /// <summary>Null for none.</summary>
    public Container? Container { get; init; }

    /// <summary>Lines of bash.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];

    /// <summary>Further options of sbatch; null is the value of one that has none.</summary>
    public IReadOnlyList<(string Name, string? Value)> Options { get; init; } = [];

    /// <summary>How many processes train in a task.</summary>
    public int Processes => Math.Max(1, Gpus * WorkersPerGpu);

    /// <summary>The time limit in seconds; null where none is given.</summary>
    public long? Seconds => Time is { } time ? SlurmTime.Seconds(time) : null;
}

/// <summary>The image that a worker runs in.</summary>
/// <param name="IsPyxis">Whether srun starts it, with pyxis; otherwise apptainer does.</param>
/// <param name="Options">Arguments of the program that starts it.</param>
public sealed record Container(bool IsPyxis, string Image, IReadOnlyList<string> Options);
