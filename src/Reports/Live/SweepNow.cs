using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using static System.FormattableString;

namespace VicRegSweeps.Reports.Live;

/// <summary>What a sweep is at and how far it is, for screens and pages that go on showing it. For one thread.</summary>
/// <param name="time">What rates are measured by.</param>
/// <param name="queue">Of the cluster that the sweep was submitted to; null for none.</param>
public sealed class SweepNow(TimeProvider time, ClusterQueue? queue = null)
{
    private readonly Dictionary<(long Stack, string Worker, string Activity), Pace> paces = [];

    /// <summary>Of stacks, and of workers; a cluster may have hundreds at a time.</summary>
    private const int MostStacks = 24;

    /// <summary>What there is to say, line by line. Rates within stacks are of what this object has seen, so they are there from the second look on.</summary>
    public IReadOnlyList<NowRow> Rows(StoreStatus status, StoreStanding standing)
    {
        var atWork = status.Stacks.Select(s => (s.Number, s.Worker)).ToHashSet();
        foreach (var gone in paces.Keys.Where(key => !atWork.Contains((key.Stack, key.Worker))).ToList()) paces.Remove(gone);
        return
        [
            new("trials", Invariant($"{status.Finished:#,0} of {status.Total:#,0} finished: ")
                + string.Join(", ", States(status).Select(s => Invariant($"{s.Count:#,0} {s.Name}")))),
            .. status.Searches.Select(search => new NowRow("search", Of(search))),
            .. Outlooks(status),
            .. (queue?.Tasks() is { } tasks ? QueueText.Of(tasks) : []).Select(job => new NowRow("in the queue", job)),
            .. status.Stacks.Take(MostStacks).Select(stack => new NowRow(
                Invariant($"stack {stack.Number}"), Describe(stack), stack.Progress is { Total: > 0 } progress ? ShareOf(progress) : null)),
            .. status.Stacks.Count > MostStacks ? [new NowRow("further", Shown.Count(status.Stacks.Count - MostStacks, "stack"))] : Array.Empty<NowRow>(),
            .. Standing(standing),
        ];
    }

    /// <summary>Trials by state, in the order in which people read them.</summary>
    public static IReadOnlyList<(int Count, string Name)> States(StoreStatus status) =>
    [
        (status.Completed, "completed"), (status.Stopped, "stopped"), (status.Failed, "failed"), (status.Running, "running"), (status.Pending, "pending"),
    ];

    /// <summary>How far a search is.</summary>
    public static string Of(SearchStanding search) => Visible.Of(
        $"{search.Sweep}: generation {search.Generation} of {search.Generations}{(search.GoesOn ? ", whose points later ones are chosen by" : "")}");

    /// <summary>What a stack's worker is at, without rates, which one look does not give.</summary>
    public static string Once(StackAtWork stack) => Visible.Line(Join(stack, null));

    private string Describe(StackAtWork stack)
    {
        if (stack.Progress is not { Total: > 0 } progress) return Visible.Line(Join(stack, null));

        var key = (stack.Number, stack.Worker, progress.Activity);
        if (!paces.TryGetValue(key, out var pace)) paces[key] = pace = new Pace(time);
        pace.See(progress.Done, progress.Total);
        return Visible.Line(Join(stack, pace));
    }

    private static string Join(StackAtWork stack, Pace? pace)
    {
        var trials = Shown.Count(stack.Trials, "trial");
        var where = Invariant($"{trials} on {WorkerName.Of(stack.Worker)}");
        if (stack.Progress is not { Total: > 0 } progress) return where;

        var done = Math.Clamp(progress.Done, 0, progress.Total);
        var rate = pace?.PerSecond is { } perSecond ? $", {Quantity.Of(perSecond)}/s" : "";
        var left = pace?.Left is { } duration ? $", {Quantity.Of(duration)} left" : "";
        return Invariant($"{where}: {progress.Activity}, {done:#,0} of {progress.Total:#,0} {progress.Unit} ({Shown.Percent(ShareOf(progress))}){rate}{left}");
    }

    /// <summary>From 0 to 1.</summary>
    private static double ShareOf(Progress progress) => progress.Total > 0 ? Math.Clamp(progress.Done / (double)progress.Total, 0, 1) : 0;

    private static IEnumerable<NowRow> Outlooks(StoreStatus status)
    {
        var outlook = Outlook.Of(status);
        if (outlook.PerMinute is > 0 and var rate) yield return new("rate", Invariant($"{Quantity.Of(rate)} trials a minute"));
        if (outlook.Left is { } left) yield return new("left", $"about {Quantity.Of(left)}");
        yield return new("workers", status.Workers.Count == 0 ? "none" : Several(status.Workers, worker => WorkerName.Of(worker, status)));
        if (status.Lost.Count > 0) yield return new("lost", Several(status.Lost, WorkerName.OfLost));
    }

    private static string Several<T>(IReadOnlyList<T> all, Func<T, string> text) => string.Join("; ", all.Take(MostStacks).Select(text))
        + (all.Count > MostStacks ? Invariant($"; and {all.Count - MostStacks:#,0} more") : "");

    private static IEnumerable<NowRow> Standing(StoreStanding standing)
    {
        var ids = new ShortIds(ShortIds.Fewest);
        if (standing.Best is { } best)
            yield return new("best so far", Invariant($"{best.Value:0.000} {Visible.Line(standing.Metric!)} (trial {Visible.Line(ids.Shorten(best.Id))})"));
        var collapsed = standing.Words.TrialSpaces.OrderBy(space => space.EndsTrials ? 0 : 1)
            .Select(space => (space.Name, Share: standing.ShareCollapsed(space))).Where(s => s.Share is not null).ToList();
        if (collapsed.Count == 0) yield break;

        var shares = collapsed.Select(s => Invariant($"{100 * s.Share:0} % of {Visible.Line(s.Name)}s"));
        yield return new(Visible.Line(standing.Words.Defect.Participle), string.Join(", ", shares));
    }
}

/// <summary>A line of what a sweep is at.</summary>
/// <param name="Share">Of a piece of work, how much is done, from 0 to 1; null where it is none, or that is not known.</param>
public sealed record NowRow(string Name, string Value, double? Share = null);
