using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using VicRegSweeps.Reports;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Cli;

/// <summary>What a run shows on standard error: bars on a terminal, a plain line now and then elsewhere, or nothing.</summary>
internal abstract class Screen(IAnsiConsole console) : IRunObserver, IDisposable
{
    /// <summary>Spectre takes a file for a terminal of 80 columns; a table in a log may be as wide as it is.</summary>
    public const int WidthOfLogs = 400;

    private const int MostRows = 60;

    private static readonly string[] LossColumns = ["total", "invariance", "variance", "covariance"];

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

    /// <summary>The trials with their loss terms, verdicts and kNN; on a narrow terminal with those columns that it has room for.</summary>
    public virtual void Table(StoreReader store)
    {
        var (trials, all) = (new List<RecordedTrial>(), 0);
        foreach (var trial in store.Trials())
        {
            if (all++ < MostRows) trials.Add(trial);
        }

        var tables = new[] { Columns.All, Columns.WithoutLoss, Columns.EmbeddingAlone }.Select(columns => TableOf(store, trials, columns)).ToList();
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
            double? Value(string metric) => baseline.Row.Metrics.FirstOrDefault(m => m.Key == metric).Value;
            Console.WriteLine(
                $"The backbone's own features, {(baselines.Count == 1 ? "which every embedding starts from" : $"{number + 1} of {baselines.Count}; the report says whose")}: kNN {Number(Value("knn_top1"))}, probe {Number(Value("probe_top1"))}");
        }
    }

    private bool Fits(Table table) =>
        ((IRenderable)table).Measure(RenderOptions.Create(Console, Console.Profile.Capabilities), int.MaxValue / 2).Max <= Console.Profile.Width;

    private static Table TableOf(StoreReader store, List<RecordedTrial> trials, Columns columns)
    {
        var varying = VaryingParameters.Of(store);
        var knn = store.Metrics.Select(m => m.Name).ToList().IndexOf("knn_top1");
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns(["trial", "seed", .. varying.Select(name => Terminal.Cell(columns == Columns.All ? name : name[(name.LastIndexOf('.') + 1)..]))]);
        string[] results =
        [
            .. columns == Columns.All ? LossColumns : [], "embedding", "kNN", .. columns == Columns.EmbeddingAlone ? Array.Empty<string>() : ["representation", "kNN"],
        ];
        foreach (var name in results)
        {
            table.AddColumn(new TableColumn(name) { Alignment = name is "embedding" or "representation" ? Justify.Left : Justify.Right });
        }

        foreach (var trial in trials)
        {
            string[] loss = [Number(trial.Loss?.Total), Number(trial.Loss?.Invariance), Number(trial.Loss?.Variance), Number(trial.Loss?.Covariance)];
            string[] representation = [Verdict(trial, trial.Representation), Number(trial.Representation?.Values.ElementAtOrDefault(knn))];
            table.AddRow(
            [
                Terminal.Cell(trial.Id),
                $"{trial.Seed}",
                .. varying.Select(name => Terminal.Cell(trial.Settings.GetValueOrDefault(name)?.Text ?? "")),
                .. columns == Columns.All ? loss : [],
                Verdict(trial, trial.Embedding),
                Number(trial.Embedding?.Values.ElementAtOrDefault(knn)),
                .. columns == Columns.EmbeddingAlone ? Array.Empty<string>() : representation,
            ]);
        }

        return table;
    }

    public virtual void Dispose()
    {
    }

    private static string Number(double? value) => value?.ToString("G3", CultureInfo.InvariantCulture) ?? "–";

    private static string Verdict(RecordedTrial trial, FinalPanel? panel) => (trial.State, panel?.Verdict) switch
    {
        (TrialState.Failed, _) => $"[red]failed: {Terminal.Cell(trial.FailureClass ?? "")}[/]",
        (_, "complete") => "[red]complete[/]",
        (_, "dimensional") => "[yellow]dimensional[/]",
        (_, "none") => "[green]none[/]",
        _ => "–",
    };

    private enum Columns
    {
        All,
        WithoutLoss,
        EmbeddingAlone,
    }
}
