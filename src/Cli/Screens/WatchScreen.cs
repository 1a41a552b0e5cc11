using Spectre.Console;
using Spectre.Console.Rendering;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using static System.FormattableString;

namespace VicRegSweeps.Cli.Screens;

/// <summary>Where a sweep stands, drawn again and again by one thread: a panel on a terminal, else a line whenever something changed.</summary>
/// <param name="title">What is watched.</param>
internal sealed class WatchScreen(IAnsiConsole console, string title, TimeSpan every)
{
    /// <summary>Watches until all trials have ended, or until it is cancelled.</summary>
    /// <param name="read">Reads the store anew.</param>
    public void Watch(Func<(StoreStatus Status, StoreStanding Standing)> read, CancellationToken cancel)
    {
        if (console.Profile.Out.IsTerminal)
        {
            console.Live(new Text("")).Start(live => Until(read, (status, standing) => live.UpdateTarget(Panel(status, standing)), cancel));
            return;
        }

        var last = "";
        Until(
            read,
            (status, standing) =>
            {
                var line = Line(status, standing);
                if (line != last) console.WriteLine(last = line);
            },
            cancel);
    }

    /// <summary>What the panel holds, for screens and for logs.</summary>
    private static string Line(StoreStatus status, StoreStanding standing) => string.Join(
        "; ",
        Rows(status, standing).Select(row => $"{row.Name} {row.Value}"));

    private static IEnumerable<(string Name, string Value)> Rows(StoreStatus status, StoreStanding standing)
    {
        var ids = new ShortIds(ShortIds.Fewest);
        var states = new (int Count, string Name)[]
        {
            (status.Completed, "completed"), (status.Stopped, "stopped"), (status.Failed, "failed"), (status.Running, "running"), (status.Pending, "pending"),
        };
        yield return ("trials", Invariant($"{status.Finished:#,0} of {status.Total:#,0} finished: ") + string.Join(", ", states.Select(s =>
            Invariant($"{s.Count:#,0} {s.Name}"))));
        var outlook = Outlook.Of(status);
        if (outlook.PerMinute is > 0 and var rate) yield return ("rate", Invariant($"{Quantity.Of(rate)} trials a minute"));
        if (outlook.Left is { } left) yield return ("left", $"about {Quantity.Of(left)}");
        yield return ("workers", status.Workers.Count == 0 ? "none" : string.Join("; ", status.Workers.Select(WorkerName.Of)));
        if (standing.Best is { } best)
            yield return ("best so far", Invariant($"{best.Value:0.000} {Visible.Line(standing.Metric!)} (trial {Visible.Line(ids.Shorten(best.Id))})"));
        var collapsed = standing.Words.TrialSpaces.OrderBy(space => space.EndsTrials ? 0 : 1)
            .Select(space => (space.Name, Share: standing.ShareCollapsed(space))).Where(s => s.Share is not null).ToList();
        if (collapsed.Count == 0) yield break;

        var shares = collapsed.Select(s => Invariant($"{100 * s.Share:0} % of {Visible.Line(s.Name)}s"));
        yield return (Visible.Line(standing.Words.Defect.Participle), string.Join(", ", shares));
    }

    private void Until(Func<(StoreStatus Status, StoreStanding Standing)> read, Action<StoreStatus, StoreStanding> show, CancellationToken cancel)
    {
        while (true)
        {
            var (status, standing) = read();
            show(status, standing);
            if (status.Pending + status.Running == 0 || cancel.WaitHandle.WaitOne(every)) return;
        }
    }

    private Panel Panel(StoreStatus status, StoreStanding standing)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        foreach (var (name, value) in Rows(status, standing)) grid.AddRow(new Markup($"[grey]{Terminal.Cell(name)}[/]"), new Text(value));
        return new Panel(new Rows(new IRenderable[] { Bar(status), new Text(""), grid }))
        {
            Header = new PanelHeader($" {Terminal.Cell(title)} "),
            Border = BoxBorder.Rounded,
        };
    }

    /// <summary>One cell of the bar a state, in letters too: colours alone would not tell.</summary>
    private static BreakdownChart Bar(StoreStatus status)
    {
        var chart = new BreakdownChart().FullSize();
        chart.AddItem("completed", status.Completed, Color.Green);
        chart.AddItem("stopped", status.Stopped, Color.Yellow);
        chart.AddItem("failed", status.Failed, Color.Red);
        chart.AddItem("running", status.Running, Color.Blue);
        chart.AddItem("pending", status.Pending, Color.Grey);
        return chart;
    }
}
