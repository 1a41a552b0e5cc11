using Spectre.Console;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Cli;

/// <summary>Nothing but errors, which do not come this way.</summary>
internal sealed class SilentScreen(IAnsiConsole console) : Screen(console)
{
    public override RunSummary During(StoreStatus before, Func<RunSummary> work) => work();

    public override void StackStarted(StackWork work)
    {
    }

    public override void TrialFinished(Trial trial, Outcome outcome)
    {
    }

    public override void Progress(Progress progress)
    {
    }

    public override void Message(string text)
    {
    }

    public override void Table(StoreReader store)
    {
    }
}
