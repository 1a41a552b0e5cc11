using System.Text.RegularExpressions;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>What went wrong, in words for people. Native code appends where in its own source that was, over dozens of lines.</summary>
public static partial class FaultText
{
    /// <summary>The message of an exception, without frames of C++.</summary>
    public static string Of(Exception error) => WithoutFrames(error.Message);

    /// <summary>Leaves out the lines that are frames of C++.</summary>
    public static string WithoutFrames(string text) => Frames().Replace(text, "").Trim();

    /// <remarks>c10::Error::what: "Exception raised from FUNCTION at FILE:LINE (most recent call first):", then "frame #0: …".</remarks>
    [GeneratedRegex(
        @"^[ \t]*(Exception raised from |C\+\+ CapturedTraceback:|frame #\d+: |#\d+ .+ from .+:\d).*(\r?\n|\z)",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Frames();
}
