using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>How a run ended.</summary>
/// <param name="Status">Where the store's trials stand now.</param>
/// <param name="Interrupted">Whether it was cancelled before it was done; the same command continues it.</param>
public sealed record RunSummary(StoreStatus Status, bool Interrupted);
