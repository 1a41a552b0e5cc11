namespace VicRegSweeps.SweepEngine;

/// <summary>Something that the user can mend. The message stands alone: it names the place, the value and the rule.</summary>
/// <remarks>Everything else that is thrown out of this library is a bug of ours.</remarks>
public sealed class SweepException : Exception
{
    /// <param name="message">May have several lines.</param>
    /// <param name="inner">What it was known by; null where nothing was thrown.</param>
    public SweepException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <param name="message">Values in it may come from anybody, and stay in their line.</param>
    /// <param name="inner">What it was known by; null where nothing was thrown.</param>
    public SweepException(VisibleText message, Exception? inner = null)
        : base(message.ToStringAndClear(), inner)
    {
    }
}
