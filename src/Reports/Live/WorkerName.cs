using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Live;

/// <summary>A worker as people know it.</summary>
public static class WorkerName
{
    /// <returns>Such as <c>node7, process 1234</c> or <c>node7, process 1234, job 812_3</c>; an identity that does not say as much stays as it is.</returns>
    public static string Of(string identity) => identity.Split(':') is [{ Length: > 0 } machine, var process, _, _, ..] && process.Length > 0
        && process.All(char.IsAsciiDigit)
        ? Visible.Line($"{machine}, process {process}{(WorkerIdentity.JobOf(identity) is { } job ? $", job {job}" : "")}")
        : Visible.Line(identity);

    /// <returns>The same with its last sign of life, such as <c>node7, process 1234, heard of 12 s ago</c>.</returns>
    public static string Of(string identity, StoreStatus status) =>
        status.Stacks.FirstOrDefault(s => s.Worker == identity)?.Silence is { } silence ? $"{Of(identity)}, heard of {Quantity.Of(silence)} ago" : Of(identity);

    /// <returns>A worker that is not heard of any more, and what it held.</returns>
    public static string OfLost(StackAtWork stack) =>
        $"{Of(stack.Worker)}{(stack.Silence is { } silence ? $", last heard of {Quantity.Of(silence)} ago" : "")}, with {Shown.Count(stack.Trials, "trial")}";
}
