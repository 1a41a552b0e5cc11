using System.Globalization;
using VicRegSweeps.SweepEngine.Clusters;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Names this process so that another on the same machine can tell that it has gone, and need not wait for its lease.</summary>
public static class WorkerIdentity
{
    private const string NoNamespace = "-";
    private const string JobMark = "job=";

    /// <summary>
    /// <c>machine:process:start:namespace</c>; the start tells a process from a later one with the same number. Within a job of a cluster,
    /// <c>:job=…</c> follows.
    /// </summary>
    public static string Current { get; } = Of(Environment.ProcessId);

    /// <summary>What the names of all processes of this machine begin with.</summary>
    internal static string Here { get; } = Environment.MachineName + ':';

    /// <summary>The process that started this one; 0 where the system does not say.</summary>
    public static int Parent => Fields(Environment.ProcessId) is [_, var parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : 0;

    /// <summary>
    /// The name of a process that another one started and watches over: its own, and the supervisor's process and start. What a
    /// dead worker held is its supervisor's to give back, who knows why it died, for as long as that one lives.
    /// </summary>
    public static string Supervised(int worker, int supervisor) => $"{Process(worker)}:{supervisor}:{StartOf(supervisor) ?? "-"}{JobPart}";

    /// <summary>The job that a worker runs in, such as <c>812_3</c>; null for none.</summary>
    public static string? JobOf(string worker) =>
        worker.Split(':') is [.., var last] && last.StartsWith(JobMark, StringComparison.Ordinal) ? last[JobMark.Length..] : null;

    /// <summary>Whether a lease holds: it has not run out, and its worker is not known to have gone.</summary>
    internal static bool HoldsLease(string? worker, DateTimeOffset? until, DateTimeOffset now) =>
        worker is not null && until > now && !HasGone(worker);

    /// <summary>
    /// Whether a worker, and its supervisor if it has one, was a process of this machine that no longer runs; false when that cannot be told.
    /// </summary>
    public static bool HasGone(string worker)
    {
        var parts = worker.Split(':').Where(p => !p.StartsWith(JobMark, StringComparison.Ordinal)).ToArray();
        return parts.Length is 4 or 6
            && parts[0] == Environment.MachineName
            && parts[3] == ProcessNamespace() && parts[3] != NoNamespace
            && IsGone(parts[1], parts[2])
            && (parts.Length == 4 || IsGone(parts[4], parts[5]));
    }

    private static string JobPart => ClusterJob.Current is { } job ? $":{JobMark}{job}" : "";

    private static string Of(int process) => Process(process) + JobPart;

    private static string Process(int process) => $"{Environment.MachineName}:{process}:{StartOf(process) ?? "-"}:{ProcessNamespace()}";

    private static bool IsGone(string process, string start) =>
        int.TryParse(process, CultureInfo.InvariantCulture, out var number) && StartOf(number) != start;

    /// <summary>
    /// The start in clock ticks since boot; null when there is no such process, or only what is left of one until its parent
    /// has looked, or on other systems than Linux.
    /// </summary>
    private static string? StartOf(int process) => Fields(process) is { } fields && fields[0] is not ("Z" or "X") ? fields[19] : null;

    /// <summary>What the system says of a process: its state, its parent, and from the 20th place its start; null for none.</summary>
    private static string[]? Fields(int process)
    {
        try
        {
            // The second field is the command in brackets and may hold anything; the others follow it.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
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
