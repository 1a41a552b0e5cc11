namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>A stack that broke, as it was recorded.</summary>
/// <param name="At">UTC text, as in all tables.</param>
public sealed record RecordedBreak(string At, StackBreak Stack);
