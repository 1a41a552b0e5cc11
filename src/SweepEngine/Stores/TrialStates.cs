using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>States as the store, the exports and the command line spell them.</summary>
public static class TrialStates
{
    public static string Text(TrialState state) => state switch
    {
        TrialState.Pending => "pending",
        TrialState.Running => "running",
        TrialState.Completed => "completed",
        TrialState.Stopped => "stopped",
        TrialState.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static TrialState Parse(string text) => Enum.Parse<TrialState>(text, ignoreCase: true);

    /// <summary>Whether a trial in this state has ended.</summary>
    public static bool IsFinal(TrialState state) => state is TrialState.Completed or TrialState.Stopped or TrialState.Failed;
}
