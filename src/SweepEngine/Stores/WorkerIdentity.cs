using System.Globalization;

namespace VicRegSweeps.SweepEngine;

/// <summary>Names this process so that another on the same machine can tell that it has gone, and need not wait for its lease.</summary>
public static class WorkerIdentity
{
    private const string NoNamespace = "-";

    /// <summary><c>machine:process:start:namespace</c>; the start tells a process from a later one with the same number.</summary>
    public static string Current { get; } =
        $"{Environment.MachineName}:{Environment.ProcessId}:{StartOf(Environment.ProcessId) ?? "-"}:{ProcessNamespace()}";

    /// <summary>Whether a lease holds: it has not run out, and its worker is not known to have gone.</summary>
    internal static bool HoldsLease(string? worker, string? until, DateTimeOffset now) =>
        worker is not null && StoreTime.Parse(until!) > now && !HasGone(worker);

    /// <summary>Whether a worker was a process of this machine that no longer runs; false when that cannot be told.</summary>
    public static bool HasGone(string worker)
    {
        var parts = worker.Split(':');
        return parts.Length == 4
            && parts[0] == Environment.MachineName
            && parts[3] == ProcessNamespace() && parts[3] != NoNamespace
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var process)
            && StartOf(process) != parts[2];
    }

    /// <summary>The start in clock ticks since boot; null when there is no such process, or on other systems than Linux.</summary>
    private static string? StartOf(int process)
    {
        try
        {
            // The second field is the command in brackets and may hold anything; the start is the 20th after it.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Machine boot and process namespace: process numbers mean the same only within one of both.</summary>
    private static string ProcessNamespace()
    {
        const string boot = "/proc/sys/kernel/random/boot_id";
        return File.Exists(boot) && new FileInfo("/proc/self/ns/pid").LinkTarget is { } space
            ? $"{File.ReadAllText(boot).Trim()}/{space.Replace(':', '=')}"
            : NoNamespace;
    }
}
