using System.ComponentModel;
using System.Diagnostics;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Bench;

/// <summary>Runs the scripts that say what others take, where a Python has what they compare with.</summary>
internal static class Python
{
    private static readonly IEnumerable<string> Candidates = new[] { Programs.Find("python3"), "/usr/bin/python3" }.OfType<string>();

    /// <param name="script">A file beside the program; it ends with another code than 0 where it lacks a library.</param>
    /// <returns>What the first Python prints that has it all; null where none does.</returns>
    public static string? Output(string script, params IEnumerable<string> arguments) =>
        Candidates.Select(program => Output(program, [Path.Combine(AppContext.BaseDirectory, script), .. arguments]))
            .FirstOrDefault(output => output is not null);

    private static string? Output(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;    // There is no such program.
        }
    }
}
