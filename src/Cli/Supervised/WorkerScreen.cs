using Spectre.Console;
using VicRegSweeps.Cli.Screens;

namespace VicRegSweeps.Cli.Supervised;

/// <summary>What a supervised worker prints for its supervisor to pass on: what happens, and not how far each stack is.</summary>
internal sealed class WorkerScreen(IAnsiConsole console) : PlainScreen(console, TimeProvider.System)
{
    public override void Progress(Progress progress)
    {
        if (progress.Activity != "training") base.Progress(progress);
    }

    public override void StackStarted(SweepEngine.Running.StackWork work)
    {
    }
}
