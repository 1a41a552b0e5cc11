namespace VicRegSweeps.SweepEngine;

/// <summary>When a collapse ends a trial.</summary>
internal static class CollapseStopping
{
    /// <summary>The space in which collapse is looked for: the one in which the loss is taken.</summary>
    public const string Space = "representation";

    /// <summary>How many evaluations in a row have found the trial collapsed, after one more.</summary>
    /// <param name="before">The count before it.</param>
    /// <param name="epoch">Epochs done at the evaluation.</param>
    /// <param name="verdict">Of the representation; a dimensional collapse counts as a complete one does.</param>
    public static int Sustained(CollapseRule rule, int before, int epoch, string verdict) =>
        verdict == "none" || epoch < rule.AfterEpochs ? 0 : before + 1;

    public static bool Ends(CollapseRule rule, int sustained) =>
        rule.Action == CollapseAction.Stop && sustained >= rule.Sustained;
}
