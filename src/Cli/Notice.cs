using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Cli;

/// <summary>What a verb says beside what was asked for.</summary>
internal static class Notice
{
    /// <summary>Writes a line to standard error; what control characters its values have is made visible.</summary>
    public static void Say(FormattableString text) => Console.Error.WriteLine(Visible.Of(text));
}
