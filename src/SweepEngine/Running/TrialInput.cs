namespace VicRegSweeps.SweepEngine.Running;

/// <summary>A part of what trials are trained on, as it was found.</summary>
/// <param name="Part">What it is, such as <c>training images</c>.</param>
/// <param name="Settings">The settings that name it, but for its place: trials with equal ones are to be trained on the same content.</param>
/// <param name="Content">A checksum of it, in lower-case hex. It decides what is the same.</param>
/// <param name="Place">Where it lies, for messages.</param>
public sealed record TrialInput(string Part, string Settings, string Content, string Place)
{
    /// <summary>
    /// How older versions wrote the same settings; null where they wrote them alike. Stores of theirs are held to what they recorded under it.
    /// </summary>
    public string? FormerSettings { get; init; }
}
