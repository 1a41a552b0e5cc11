using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Bench;

/// <summary>Watches nothing.</summary>
internal sealed class SilentObserver : IRunObserver
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

    public void Message(string text)
    {
    }
}
