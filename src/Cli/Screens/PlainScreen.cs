using Spectre.Console;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using static System.FormattableString;
using static VicRegSweeps.Cli.Texts;

namespace VicRegSweeps.Cli.Screens;

/// <summary>A plain line when a piece of work begins and ends, and every ten seconds between.</summary>
internal class PlainScreen(IAnsiConsole console, TimeProvider time) : Screen(console)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Lock guard = new();
    private readonly Dictionary<string, Row> rows = new(StringComparer.Ordinal);
    private int finished;
    private int total;

    public override T During<T>(int finished, int total, Func<T> work)
    {
        (this.finished, this.total) = (finished, total);
        return work();
    }

    public override void StackStarted(StackWork work)
    {
        lock (guard) rows.Clear();
        var from = work.Checkpoint is null ? "" : Invariant($", from step {work.Checkpoint.Step}");
        Message(Invariant($"stack of {Counted(work.Trials.Count, "trial")}{from} ({finished} of {total} trials finished)"));
    }

    public override void TrialsAdded(int count) => total += count;

    public override void TrialFinished(Trial trial, Outcome outcome)
    {
        finished++;
        if (outcome.State == TrialState.Completed) return;

        var id = new ShortIds(ShortIds.Fewest).Shorten(trial.Id);
        Message(Visible.Of($"trial {id} {outcome.State.ToString().ToLowerInvariant()}: {outcome.Reason}"));
    }

    protected override void Progress(string row, string description, Progress progress)
    {
        lock (guard)
        {
            var now = time.GetTimestamp();
            if (!rows.TryGetValue(row, out var known) || known.Description != description || progress.Done < known.Done)
            {
                rows[row] = known = new Row(description, new Pace(time)) { WrittenAt = now };
                known.See(progress);
                Message(Invariant($"{description}: {progress.Done} of {progress.Total} {progress.Unit}"));
                return;
            }

            if (progress.Done == known.Done && progress.Done == progress.Total) return;

            known.See(progress);
            if (progress.Done < progress.Total && time.GetElapsedTime(known.WrittenAt, now) < Every) return;

            known.WrittenAt = now;
            var rate = known.Pace.PerSecond is { } perSecond ? $", {Quantity.Of(perSecond)}/s" : "";
            var left = known.Pace.Left is { } duration ? $", {Quantity.Of(duration)} left" : "";
            Message(Invariant($"{description}: {progress.Done} of {progress.Total} {progress.Unit}{rate}{left}"));
        }
    }

    private sealed class Row(string description, Pace pace)
    {
        public string Description => description;

        public Pace Pace => pace;

        public long Done { get; private set; }

        public long WrittenAt { get; set; }

        public void See(Progress progress)
        {
            Done = progress.Done;
            pace.See(progress.Done, progress.Total);
        }
    }
}
