using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Clusters;
using static System.FormattableString;

namespace VicRegSweeps.Reports.Live;

/// <summary>Slurm's queue as people read it.</summary>
public static class QueueText
{
    /// <returns>A line a job, such as <c>job 812: 3 running, 4 pending (Priority), 1 pending (BeginTime)</c>.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<SlurmTask> tasks) =>
        [.. tasks.GroupBy(t => t.Job).Select(job => Visible.Line($"job {job.Key}: {string.Join(", ", Groups(job))}"))];

    /// <returns>Such as <c>job 812_3 is pending (Priority)</c>.</returns>
    public static string Of(SlurmTask task) => Visible.Line($"job {task.Id} is {State(task)}");

    /// <summary>What runs comes first, then what most tasks wait for.</summary>
    private static IEnumerable<string> Groups(IEnumerable<SlurmTask> tasks) =>
        from task in tasks
        group task by State(task) into alike
        orderby alike.First().Waits, alike.Count() descending, alike.Key
        select Invariant($"{alike.Count():#,0} {alike.Key}");

    private static string State(SlurmTask task) => task.Waits && task.Reason is { } reason ? $"{task.State} ({reason})" : task.State;
}
