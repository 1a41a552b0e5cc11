using System.Collections.Concurrent;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli.Screens;

/// <summary>Bars with rate and time left: one for the trials of the sweep, one for each piece of work.</summary>
internal sealed class LiveScreen(IAnsiConsole console, TimeProvider time) : Screen(console)
{
    /// <summary>In characters: with it a row has room in a terminal of 80 columns.</summary>
    private const int BarWidth = 12;

    /// <summary>In characters: <c>worker 12, feature bank</c> is whole.</summary>
    private const int LongestDescription = 23;

    private readonly Lock guard = new();
    private readonly Dictionary<string, ProgressTask> rows = [];
    private readonly ConcurrentDictionary<int, Row> shown = [];
    private ProgressContext? context;
    private ProgressTask? trials;

    public override T During<T>(int finished, int total, Func<T> work) => Console.Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn { Width = BarWidth },
            new PercentageColumn(),
            new CountColumn(shown),
            new LeftColumn(shown))
        .Start(started =>
        {
            lock (guard)
            {
                context = started;
                if (total > 0)
                {
                    trials = Add("trials", total, "trials");
                    Set(trials, finished);
                }
            }

            return work();
        });

    public override void StackStarted(StackWork work)
    {
        lock (guard)
        {
            if (!rows.Remove("training", out var last)) return;

            last.HideWhenCompleted = true;
            last.StopTask();
        }
    }

    public override void TrialsAdded(int count)
    {
        lock (guard)
        {
            if (trials is not null) trials.MaxValue += count;
        }
    }

    public override void TrialFinished(Trial trial, Outcome outcome)
    {
        lock (guard)
        {
            if (trials is not null) Set(trials, trials.Value + 1);
        }
    }

    protected override void Progress(string row, string description, Progress progress)
    {
        lock (guard)
        {
            if (!rows.TryGetValue(row, out var task)) rows[row] = task = Add(description, progress.Total, progress.Unit);
            task.Description = Terminal.Cell(Shown.Cut(description, LongestDescription));
            task.MaxValue = Math.Max(1, progress.Total);
            shown[task.Id].Unit = progress.Unit;
            Set(task, progress.Done);
        }
    }

    private void Set(ProgressTask task, double done)
    {
        task.Value = done;
        shown[task.Id].Pace.See(done, task.MaxValue);
    }

    private ProgressTask Add(string description, long total, string unit)
    {
        var task = context!.AddTask(Terminal.Cell(Shown.Cut(description, LongestDescription)), maxValue: Math.Max(1, total));
        shown[task.Id] = new Row(new Pace(time)) { Unit = unit };
        return task;
    }

    private sealed class Row(Pace pace)
    {
        public Pace Pace => pace;

        public string Unit { get; set; } = "";
    }

    /// <summary>Done of total, and how many a second. Spectre's own rate would count what was done before.</summary>
    private sealed class CountColumn(ConcurrentDictionary<int, Row> rows) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            if (!rows.TryGetValue(task.Id, out var row)) return Text.Empty;

            var rate = row.Pace.PerSecond is { } perSecond ? $", {Quantity.Of(perSecond)}/s" : "";
            return new Text(string.Create(CultureInfo.InvariantCulture, $"{task.Value:#,0} of {task.MaxValue:#,0} {row.Unit}{rate}"));
        }
    }

    private sealed class LeftColumn(ConcurrentDictionary<int, Row> rows) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            rows.TryGetValue(task.Id, out var row) && row.Pace.Left is { } left ? new Text(Quantity.Of(left)) : Text.Empty;
    }
}
