using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using VicRegSweeps.Cli.Supervised;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli.Screens;

/// <summary>What a run shows on standard error: bars on a terminal, a plain line now and then elsewhere, or nothing.</summary>
internal abstract class Screen(IAnsiConsole console) : IRunObserver, IDisposable
{
    /// <summary>Spectre takes a file for a terminal of 80 columns; a table in a log may be as wide as it is.</summary>
    public const int WidthOfLogs = 400;

    private const int MostRows = 60;

    // Of the input that trials share so many metrics are shown.
    private const int MostOfInput = 2;

    protected IAnsiConsole Console { get; } = console;

    public static Screen Create(bool quiet)
    {
        return quiet ? new SilentScreen(Terminal.Drawing())
            : System.Console.IsErrorRedirected ? new PlainScreen(Terminal.Drawing(WidthOfLogs), TimeProvider.System)
            : new LiveScreen(Terminal.Drawing());
    }

    /// <summary>The screen of a worker whose supervisor passes on what it prints.</summary>
    public static Screen ForSupervisor(bool quiet)
    {
        var console = Terminal.Drawing(WidthOfLogs);
        return quiet ? new SilentScreen(console) : new WorkerScreen(console);
    }

    /// <summary>Shows progress while work goes on in the calling thread.</summary>
    /// <param name="finished">Trials that are finished already.</param>
    /// <param name="total">Trials in all; 0 when the work has none.</param>
    public abstract T During<T>(int finished, int total, Func<T> work);

    public abstract void StackStarted(StackWork work);

    public abstract void TrialFinished(Trial trial, Outcome outcome);

    public abstract void Progress(Progress progress);

    public virtual void Message(string text) => Console.WriteLine(Visible.Line(text));

    /// <summary>The trials with their terms, and each space's verdict and headline; on a narrow terminal with those columns that it has room for.</summary>
    public virtual void Table(IStoreReader store)
    {
        var (trials, all) = (new List<RecordedTrial>(), 0);
        foreach (var trial in store.Trials())
        {
            if (all++ < MostRows) trials.Add(trial);
        }

        var tables = new[] { Columns.All, Columns.WithoutTerms, Columns.FirstSpaceAlone }.Select(columns => TableOf(store, trials, columns)).ToList();
        var table = tables.Find(Fits) ?? tables[^1];
        Console.Write(table);
        if (table != tables[0]) Console.WriteLine("Columns that this terminal has no room for are left out; vicreg-sweep report and export have them.");
        if (all > trials.Count)
        {
            Console.WriteLine($"… and {all - trials.Count} more trials");
        }

        var baselines = store.Baselines();
        foreach (var (number, baseline) in baselines.Index())
        {
            if (store.Vocabulary.SpaceOf(baseline.Row.Space) is not { } input) continue;

            double? Value(string metric) => baseline.Row.Metrics.FirstOrDefault(m => m.Key == metric).Value;
            var values = Headlines.Of(store.Vocabulary, input).Take(MostOfInput).Select(m => $"{m.Label} {Number(Value(m.Name))}");
            var whose = baselines.Count == 1 ? $"which every {Result(store)} starts from" : $"{number + 1} of {baselines.Count}; the report says whose";
            var name = input.Doc.Length > 0 ? input.Doc : input.Name;
            Console.WriteLine(Visible.Line($"{name}, {whose}: {string.Join(", ", values)}"));
        }
    }

    private bool Fits(Table table) =>
        ((IRenderable)table).Measure(RenderOptions.Create(Console, Console.Profile.Capabilities), int.MaxValue / 2).Max <= Console.Profile.Width;

    private static Table TableOf(IStoreReader store, List<RecordedTrial> trials, Columns columns)
    {
        var varying = VaryingParameters.Of(store);
        var table = new Table().Border(TableBorder.Simple);
        var spaces = columns == Columns.FirstSpaceAlone ? store.Spaces.Take(1).ToList() : [.. store.Spaces];
        var headlines = spaces.Select(space => Headlines.Of(store.Vocabulary, space) is [var metric, ..] ? metric : null).ToList();
        var places = headlines.Zip(store.Metrics, (headline, metrics) => metrics.ToList().IndexOf(headline!)).ToList();
        table.AddColumns(["trial", "seed", .. varying.Select(name => Terminal.Cell(columns == Columns.All ? name : name[(name.LastIndexOf('.') + 1)..]))]);
        if (columns == Columns.All)
        {
            foreach (var term in store.Vocabulary.Terms) Right(term.Name);
        }

        foreach (var (space, headline) in spaces.Zip(headlines))
        {
            table.AddColumn(new TableColumn(Terminal.Cell(space.Name)) { Alignment = Justify.Left });
            if (headline is not null) Right(headline.Label);
        }

        foreach (var trial in trials)
        {
            table.AddRow(
            [
                Terminal.Cell(trial.Id),
                $"{trial.Seed}",
                .. varying.Select(name => Terminal.Cell(trial.Settings.GetValueOrDefault(name)?.Text ?? "")),
                .. columns != Columns.All ? [] : trial.Loss?.Terms.Select(Number) ?? store.Vocabulary.Terms.Select(_ => Number(null)),
                .. spaces.Index().SelectMany(s => Cells(trial, s.Item, trial.Panels[s.Index], places[s.Index])),
            ]);
        }

        return table;

        void Right(string name) => table.AddColumn(new TableColumn(Terminal.Cell(name)) { Alignment = Justify.Right });
    }

    public virtual void Dispose()
    {
    }

    private static string Number(double? value) => value?.ToString("G3", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>The verdict over a space, and its headline where it has metrics.</summary>
    /// <param name="place">Of the headline among the space's metrics; -1 where it has none.</param>
    private static IEnumerable<string> Cells(RecordedTrial trial, Space space, FinalPanel? panel, int place)
    {
        yield return Verdict(trial, space, panel);
        if (place >= 0) yield return Number(panel?.Values[place]);
    }

    private static string Verdict(RecordedTrial trial, Space space, FinalPanel? panel)
    {
        if (trial.State == TrialState.Failed) return $"[red]failed: {Terminal.Cell(trial.FailureClass ?? "")}[/]";
        if (panel is null) return "–";

        var colour = space.IsHealthy(panel.Verdict) ? "green" : panel.Verdict == space.Verdicts[^1].Name ? "red" : "yellow";
        return $"[{colour}]{Terminal.Cell(panel.Verdict)}[/]";
    }

    /// <summary>The space that trials are compared by.</summary>
    private static string Result(IStoreReader store) =>
        Headlines.Objective(store.Vocabulary)?.Split('/') is [not Vocabulary.Loss, ..] and [var space, ..] ? space : "trial";

    private enum Columns
    {
        All,
        WithoutTerms,
        FirstSpaceAlone,
    }
}
