using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>Whoever watches a run. Called from the training thread; must return soon.</summary>
public interface IRunObserver
{
    /// <summary>A stack is about to be trained.</summary>
    void StackStarted(StackWork work);

    /// <summary>A trial has ended, and this is recorded.</summary>
    void TrialFinished(Trial trial, Outcome outcome);

    /// <summary>A search has added trials that were not there when the run began.</summary>
    void TrialsAdded(int count)
    {
    }

    /// <summary>The runner has come further.</summary>
    void Progress(Progress progress);

    /// <summary>Something out of the ordinary that mends itself, in one sentence.</summary>
    void Message(string text);
}
