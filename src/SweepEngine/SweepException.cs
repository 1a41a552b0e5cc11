namespace VicRegSweeps.SweepEngine;

/// <summary>Something that the user can mend. The message stands alone: it names the place, the value and the rule.</summary>
/// <remarks>
/// Everything else that is thrown out of this library is a bug of ours. Whichever way a message is put together, what comes from
/// files, paths and other libraries cannot begin a line of its own in it: see <see cref="Visible"/>.
/// </remarks>
public class SweepException : Exception
{
    /// <param name="message">One line: whatever would end it is shown as an escape.</param>
    /// <param name="inner">What it was known by; null where nothing was thrown.</param>
    public SweepException(string message, Exception? inner = null)
        : base(Visible.Line(message), inner)
    {
    }

    /// <param name="lines">Sentences, each of which stays in its line.</param>
    public SweepException(IEnumerable<string> lines)
        : base(string.Join('\n', lines.Select(Visible.Line)))
    {
    }

    /// <param name="message">Values in it may come from anybody, and stay in their line. Line feeds of its own words stay.</param>
    /// <param name="inner">What it was known by; null where nothing was thrown.</param>
    public SweepException(VisibleText message, Exception? inner = null)
        : base(message.ToStringAndClear(), inner)
    {
    }
}
