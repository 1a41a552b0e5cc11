using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace VicRegSweeps.Reports.Tests;

/// <summary>The system's Python with the packages that a distribution has for it: an implementation that is not ours.</summary>
internal static class Python
{
    /// <summary>By modules, whether they can be imported: that is asked once.</summary>
    private static readonly ConcurrentDictionary<string, bool> Importable = new(StringComparer.Ordinal);

    /// <summary>Runs a script with some input, and skips the test where it cannot.</summary>
    /// <param name="modules">What it imports, such as <c>numpy, scipy</c>.</param>
    /// <returns>The numbers it printed, one a line or with blanks between.</returns>
    public static double[] Numbers(string modules, string script, string input = "") =>
        [.. Run(modules, script, input).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(n => double.Parse(n, CultureInfo.InvariantCulture))];

    public static string Run(string modules, string script, string input = "")
    {
        Assert.SkipWhen(!Importable.GetOrAdd(modules, names => Start($"import {names}", "") is { ExitCode: 0 }),
            $"There is no /usr/bin/python3 with {modules} here (on Debian: apt-get install python3-numpy python3-scipy python3-sklearn python3-pandas).");
        var result = Start(script, input)!.Value;
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    public static string List(IEnumerable<double> numbers) => $"[{string.Join(',', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)))}]";

    private static (int ExitCode, string Output, string Error)? Start(string script, string input)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            process.WaitForExit();
            return (process.ExitCode, output.Result, error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
