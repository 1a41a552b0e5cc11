using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The user can mend it; the message stands alone.</summary>
    public const int UserError = 2;

    /// <summary>Done, but some trials failed.</summary>
    public const int SomeTrialsFailed = 3;

    /// <summary>A bug of ours.</summary>
    public const int Bug = 70;

    /// <summary>Interrupted, and can be resumed.</summary>
    public const int Interrupted = 130;

    /// <summary>What a run ends with.</summary>
    public static int Of(RunSummary summary) => summary.Interrupted ? Interrupted : summary.Status.Failed > 0 ? SomeTrialsFailed : Done;
}
