using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>How many of the trials that a report is about are in each state.</summary>
internal sealed record StateCounts(int Pending, int Running, int Completed, int Stopped, int Failed)
{
    public static StateCounts Of(IReadOnlyList<ReportTrial> trials)
    {
        return new StateCounts(Of(TrialState.Pending), Of(TrialState.Running), Of(TrialState.Completed), Of(TrialState.Stopped), Of(TrialState.Failed));

        int Of(TrialState state) => trials.Count(t => t.State == state);
    }
}
