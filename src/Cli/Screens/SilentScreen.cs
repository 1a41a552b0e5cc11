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

    public override void Message(string text)
    {
    }

    public override void Say(string text)
    {
    }

    public override string? Outcome(IStoreReader store, string? sweep) => null;

    protected override void Progress(string row, string description, Progress progress)
    {
    }
}
