namespace VicRegSweeps.Drills;

/// <summary>Something was lost, doubled or different.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
