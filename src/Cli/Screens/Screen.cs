using Spectre.Console;
using VicRegSweeps.Cli.Supervised;
using VicRegSweeps.Reports.Outcomes;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using static System.FormattableString;

namespace VicRegSweeps.Cli.Screens;

/// <summary>What a run shows on standard error: bars on a terminal, a plain line now and then elsewhere, or nothing.</summary>
internal abstract class Screen(IAnsiConsole console) : IRunObserver, IDisposable
{
    /// <summary>Spectre takes a file for a terminal of 80 columns; a table in a log may be as wide as it is.</summary>
    public const int WidthOfLogs = 400;

    // Of the input that trials share so many metrics are shown.
    private const int MostOfInput = 2;

    private const int MostInputs = 4;

    protected IAnsiConsole Console { get; } = console;

    public static Screen Create(bool quiet)
    {
        return quiet ? new SilentScreen(Terminal.Drawing())
            : System.Console.IsErrorRedirected ? new PlainScreen(Terminal.Drawing(WidthOfLogs), TimeProvider.System)
            : new LiveScreen(Terminal.Drawing(), TimeProvider.System);
    }

    /// <summary>The screen of a worker whose supervisor passes on what it prints.</summary>
    public static Screen ForSupervisor(bool quiet)
    {
        var console = Terminal.Drawing(WidthOfLogs);
        return quiet ? new SilentScreen(console) : new WorkerScreen(console, TimeProvider.System);
    }

    /// <summary>Shows progress while work goes on in the calling thread.</summary>
    /// <param name="finished">Trials that are finished already.</param>
    /// <param name="total">Trials in all; 0 when the work has none.</param>
    public abstract T During<T>(int finished, int total, Func<T> work);

    public abstract void StackStarted(StackWork work);

    public abstract void TrialFinished(Trial trial, Outcome outcome);

    public virtual void TrialsAdded(int count)
    {
    }

    public void Progress(Progress progress) => Progress(progress.Activity, progress.Activity, progress);

    /// <summary>What a worker of several has come to. May be called from any thread.</summary>
    /// <param name="worker">Its number, from 1.</param>
    public void Progress(int worker, Progress progress) =>
        Progress(Invariant($"worker {worker}"), Invariant($"worker {worker}, {progress.Activity}"), progress);

    /// <summary>A line above the bars. Spectre breaks it at the terminal's width.</summary>
    public virtual void Message(string text) => Console.WriteLine(Visible.Line(text));

    /// <summary>A line after the bars that stays whole, so that a command in it can be copied; the terminal shows it in several rows.</summary>
    public virtual void Say(string text) => System.Console.Error.WriteLine(text);

    /// <summary>What the sweep has come to: its best points, the answer in words, and what the points start from.</summary>
    /// <param name="sweep">Which of the store's sweeps, see <see cref="Reports.Page.ReportOptions.Sweep"/>; null where it has one.</param>
    /// <returns>The id of a trial of the best point, as people type it; null where there is none, or nothing is shown.</returns>
    public virtual string? Outcome(IStoreReader store, string? sweep)
    {
        if (store.Status().Total is > SweepOutcome.MostTrials and var trials)
        {
            Message(Invariant($"With {trials:#,0} trials the outcome takes a while: the report has it."));
            return null;
        }

        if (SweepOutcome.Of(store, ReportReading.Options with { Sweep = sweep }) is not { } outcome) return null;

        new OutcomeTable(Console).Write(outcome);
        foreach (var sentence in outcome.Answer) Paragraph(sentence);
        Inputs(store, outcome);
        return outcome.Points is [{ Mean: not null } best, ..] ? best.Trial : null;
    }

    public virtual void Dispose()
    {
    }

    /// <param name="row">What it is told from other work by.</param>
    /// <param name="description">What it is called.</param>
    protected abstract void Progress(string row, string description, Progress progress);

    private void Inputs(IStoreReader store, SweepOutcome outcome)
    {
        if (outcome.Inputs.Count == 0 || store.Vocabulary.SpaceOf(outcome.Inputs[0].Panel.Space) is not { } space) return;

        var metrics = Headlines.Of(store.Vocabulary, space).Take(MostOfInput).ToList();
        var shown = outcome.Inputs.Take(MostInputs)
            .Select(input => $"{string.Join(", ", metrics.Select(m => $"{m.Label} {ValueOf(input.Panel, m.Name)}"))} with {input.Settings}").ToList();
        if (outcome.Inputs.Count > MostInputs) shown.Add($"and {outcome.Inputs.Count - MostInputs} more, which the report has");
        Paragraph($"{(space.Doc.Length > 0 ? space.Doc : space.Name)}: {string.Join("; ", shown)}.");

        static string ValueOf(PanelRow panel, string metric) =>
            panel.Metrics.FirstOrDefault(m => m.Key == metric).Value is { } value ? Shown.Number(value, 3) : "–";
    }

    private void Paragraph(string text)
    {
        Console.WriteLine();
        Console.WriteLine(Visible.Line(text));
    }
}
