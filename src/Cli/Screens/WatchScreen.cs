using Spectre.Console;
using Spectre.Console.Rendering;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli.Screens;

/// <summary>Where a sweep stands, drawn again and again by one thread: a panel on a terminal, else a line whenever something changed.</summary>
/// <param name="title">What is watched.</param>
/// <param name="queue">Of the cluster that the sweep was submitted to; null for none.</param>
internal sealed class WatchScreen(IAnsiConsole console, string title, TimeSpan every, ClusterQueue? queue = null)
{
    private readonly SweepNow now = new(TimeProvider.System, queue);

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
    private string Line(StoreStatus status, StoreStanding standing) => string.Join(
        "; ",
        now.Rows(status, standing).Select(row => $"{row.Name} {row.Value}"));

    private void Until(Func<(StoreStatus Status, StoreStanding Standing)> read, Action<StoreStatus, StoreStanding> show, CancellationToken cancel)
    {
        while (true)
        {
            var (status, standing) = read();
            show(status, standing);
            if (status.IsDone || cancel.WaitHandle.WaitOne(every)) return;
        }
    }

    private Panel Panel(StoreStatus status, StoreStanding standing)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        foreach (var (name, value, _) in now.Rows(status, standing)) grid.AddRow(new Markup($"[grey]{Terminal.Cell(name)}[/]"), new Text(value));
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
