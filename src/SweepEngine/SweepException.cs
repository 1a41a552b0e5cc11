namespace VicRegSweeps.SweepEngine;

/// <summary>Something that the user can mend. The message stands alone: it names the place, the value and the rule.</summary>
/// <remarks>Everything else that is thrown out of this library is a bug of ours.</remarks>
public sealed class SweepException(string message, Exception? inner = null) : Exception(message, inner);
