using static System.FormattableString;

namespace VicRegSweeps.Cli;

/// <summary>Text as every screen and verb writes it, whatever the machine's language.</summary>
internal static class Texts
{
    /// <summary><c>1 trial</c>, <c>2 trials</c>, <c>1,200 trials</c>.</summary>
    public static string Counted(long count, string noun) => Invariant($"{count:#,0} {noun}{(count == 1 ? "" : "s")}");
}
