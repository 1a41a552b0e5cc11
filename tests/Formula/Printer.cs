using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Formula;

/// <summary>Prints what is out of the ordinary.</summary>
public sealed class Printer : IRunObserver
{
    public void StackStarted(StackWork work)
    {
    }

    public void TrialFinished(Trial trial, Outcome outcome)
    {
    }

    public void Progress(Progress progress)
    {
    }

    public void Message(string text) => Console.Error.WriteLine(text);
}
