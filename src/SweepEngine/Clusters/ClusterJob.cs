namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>The job of a cluster that this process runs in.</summary>
public static class ClusterJob
{
    /// <summary>The variable that says it where the scheduler has none of its own, such as the name of a pod.</summary>
    public const string Variable = "VICREG_SWEEP_JOB";

    private const int MostLetters = 80;

    /// <summary>Such as <c>812_3</c>, the third task of Slurm's array 812; null outside of a cluster.</summary>
    public static string? Current { get; } = Of(Environment.GetEnvironmentVariable);

    /// <summary>Whether a scheduler started this process and ends it: it sends signals more than once, and nobody sits before it.</summary>
    public static bool IsManaged => Current is not null;

    internal static string? Of(Func<string, string?> variable)
    {
        if (Clean(variable(Variable)) is { } named) return named;
        if (Clean(variable("SLURM_ARRAY_JOB_ID")) is { } array && Clean(variable("SLURM_ARRAY_TASK_ID")) is { } task) return $"{array}_{task}";

        return Clean(variable("SLURM_JOB_ID"));
    }

    /// <summary>It becomes a part of names that have colons between their parts.</summary>
    private static string? Clean(string? text) =>
        text is { Length: > 0 and <= MostLetters } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? text : null;
}
