namespace VicRegSweeps.SweepEngine.Stores.Merging;

/// <summary>What uniting a store with another did.</summary>
/// <param name="Added">Trials that were not there.</param>
/// <param name="Ended">Results that were taken over: of trials that were added, and of trials that had none here.</param>
/// <param name="Agreed">Trials that have ended in both with the same numbers.</param>
/// <param name="Disagreements">Trials that have ended in both, but not with the same numbers. What was there stays.</param>
public sealed record MergeReport(int Added, int Ended, int Agreed, IReadOnlyList<Disagreement> Disagreements);

/// <summary>Where the results of one trial in two stores first differ.</summary>
/// <param name="Trial">Its id.</param>
/// <param name="What">Such as <c>loss/total at step 200</c>.</param>
/// <param name="Here">The value in the store that was merged into; null where it has none.</param>
/// <param name="There">The value in the other.</param>
public sealed record Disagreement(string Trial, string What, string? Here, string? There);
