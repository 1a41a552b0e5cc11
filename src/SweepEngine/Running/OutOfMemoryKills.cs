using System.Globalization;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>How often the kernel has ended a process of this machine, or of this container, for want of memory.</summary>
internal static class OutOfMemoryKills
{
    private const string OfTheMachine = "/proc/vmstat";
    private const string OfTheContainer = "/sys/fs/cgroup/memory.events";

    /// <summary>Counts up from boot; 0 where the system does not say.</summary>
    public static long Count() => Read(OfTheMachine) + Read(OfTheContainer);

    private static long Read(string path)
    {
        try
        {
            return File.ReadLines(path)
                .Where(line => line.StartsWith("oom_kill ", StringComparison.Ordinal))
                .Sum(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }
}
