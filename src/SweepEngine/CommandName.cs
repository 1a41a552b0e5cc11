namespace VicRegSweeps.SweepEngine;

/// <summary>What the user types to start the command, so that hints work as they are typed.</summary>
public static class CommandName
{
    /// <summary>The variable in which the launcher of a checkout says how it was called, such as <c>./vicreg-sweep</c>.</summary>
    public const string Variable = "VICREG_SWEEP_COMMAND";

    private const string Installed = "vicreg-sweep";

    /// <summary><c>vicreg-sweep</c>, unless a launcher says otherwise.</summary>
    public static string Text { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } called ? called : Installed;

    /// <summary>A command line that a shell takes as it stands: words that a shell would take apart are quoted.</summary>
    /// <param name="words">What follows the command's name.</param>
    public static string Line(params IEnumerable<string> words) => string.Join(' ', words.Prepend(Text).Select(Quoted));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "_@%+=:,./-…".Contains(c)) ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
