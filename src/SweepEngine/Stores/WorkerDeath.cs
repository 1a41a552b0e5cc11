namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>The end of a worker that did not give its stack back.</summary>
/// <param name="Worker">As in <see cref="LeaseRequest"/>.</param>
/// <param name="FailureClass">What the trial is to blame for that ended it; null when it was ended from outside.</param>
/// <param name="Reason">How it ended, with the end of what it printed.</param>
public sealed record WorkerDeath(string Worker, string? FailureClass, string Reason);
