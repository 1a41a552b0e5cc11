using System.Collections.Concurrent;
using Spectre.Console;
using Spectre.Console.Rendering;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli.Screens;

/// <summary>Bars with rate and time left: one for the trials of the sweep, one for each piece of work.</summary>
internal sealed class LiveScreen(IAnsiConsole console) : Screen(console)
{
    private readonly Dictionary<string, ProgressTask> tasks = [];
    private readonly ConcurrentDictionary<int, string> units = [];
    private ProgressContext? context;
    private ProgressTask? trials;

    public override T During<T>(int finished, int total, Func<T> work) => Console.Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn(),
            new PercentageColumn(),
            new CountColumn(units),
            new RemainingTimeColumn())
        .Start(started =>
        {
            context = started;
            if (total > 0)
            {
                trials = Add("trials", total, "trials");
                trials.Value = finished;
            }

            return work();
        });

    public override void StackStarted(StackWork work)
    {
        if (tasks.Remove("training", out var last))
        {
            last.HideWhenCompleted = true;
            last.StopTask();
        }
    }

    public override void TrialFinished(Trial trial, Outcome outcome) => trials?.Increment(1);

    public override void Progress(Progress progress)
    {
        if (!tasks.TryGetValue(progress.Activity, out var task))
        {
            tasks[progress.Activity] = task = Add(progress.Activity, progress.Total, progress.Unit);
        }

        task.Value = progress.Done;
    }

    private ProgressTask Add(string description, long total, string unit)
    {
        var task = context!.AddTask(Terminal.Cell(description), maxValue: Math.Max(1, total));
        units[task.Id] = unit;
        return task;
    }

    /// <summary>Done of total, and how many a second.</summary>
    private sealed class CountColumn(ConcurrentDictionary<int, string> units) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var rate = task.Speed is { } speed and > 0 ? $", {Quantity.Of(speed)}/s" : "";
            return new Text($"{task.Value:#,0} of {task.MaxValue:#,0} {units.GetValueOrDefault(task.Id)}{rate}");
        }
    }
}
