namespace VicRegSweeps.SweepEngine.Stopping;

/// <summary>When a collapse ends a trial.</summary>
internal static class CollapseStopping
{
    /// <summary>How many evaluations in a row have found the trial collapsed, after one more.</summary>
    /// <param name="before">The count before it.</param>
    /// <param name="epoch">Epochs done at the evaluation.</param>
    /// <param name="isHealthy">Whether the verdict is the healthy one; all others count alike, however bad.</param>
    public static int Sustained(CollapseRule rule, int before, int epoch, bool isHealthy) =>
        isHealthy || epoch < rule.AfterEpochs ? 0 : before + 1;

    public static bool Ends(CollapseRule rule, int sustained) =>
        rule.Action == CollapseAction.Stop && sustained >= rule.Sustained;
}
