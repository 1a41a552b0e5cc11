using Spectre.Console;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli.Screens;

/// <summary>Nothing but errors, which do not come this way.</summary>
internal sealed class SilentScreen(IAnsiConsole console) : Screen(console)
{
    public override T During<T>(int finished, int total, Func<T> work) => work();

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

    public override void Table(IStoreReader store)
    {
    }
}
