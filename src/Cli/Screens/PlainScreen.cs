using Spectre.Console;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using static System.FormattableString;

namespace VicRegSweeps.Cli.Screens;

/// <summary>A plain line when a piece of work begins and ends, and every ten seconds between.</summary>
internal class PlainScreen(IAnsiConsole console, TimeProvider time) : Screen(console)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private string? activity;
    private long firstDone;
    private long startedAt;
    private long writtenAt;
    private int finished;
    private int total;

    public override T During<T>(int finished, int total, Func<T> work)
    {
        (this.finished, this.total) = (finished, total);
        return work();
    }

    public override void StackStarted(StackWork work)
    {
        activity = null;
        var from = work.Checkpoint is null ? "" : Invariant($", from step {work.Checkpoint.Step}");
        Message(Invariant($"stack of {work.Trials.Count} trials{from} ({finished} of {total} trials finished)"));
    }

    public override void TrialFinished(Trial trial, Outcome outcome)
    {
        finished++;
        if (outcome.State != TrialState.Completed)
        {
            Message(Visible.Of($"trial {trial.Id} {outcome.State.ToString().ToLowerInvariant()}: {outcome.Reason}"));
        }
    }

    public override void Progress(Progress progress)
    {
        var now = time.GetTimestamp();
        if (activity != progress.Activity)
        {
            (activity, firstDone, startedAt, writtenAt) = (progress.Activity, progress.Done, now, now);
            Message(Invariant($"{progress.Activity}: {progress.Done} of {progress.Total} {progress.Unit}"));
            return;
        }

        if (progress.Done < progress.Total && time.GetElapsedTime(writtenAt, now) < Every)
        {
            return;
        }

        writtenAt = now;
        var rate = (progress.Done - firstDone) / Math.Max(1e-3, time.GetElapsedTime(startedAt, now).TotalSeconds);
        var left = rate > 0 ? $", {Quantity.Of(TimeSpan.FromSeconds((progress.Total - progress.Done) / rate))} left" : "";
        Message(Invariant($"{progress.Activity}: {progress.Done} of {progress.Total} {progress.Unit}, {Quantity.Of(rate)}/s{(progress.Done < progress.Total ? left : "")}"));
    }
}
