using System.Diagnostics;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli.Tests;

/// <summary>A Python that has NumPy.</summary>
internal static class Python
{
    // The system's own comes first: it is the one that a distribution's packages are for.
    private static readonly IEnumerable<string> Candidates = new[] { "/usr/bin/python3", Programs.Find("python3") }.OfType<string>();

    /// <summary>Null where there is none.</summary>
    private static string? WithNumPy { get; } = Candidates.FirstOrDefault(python => TryRun(python, "-c", "import numpy") is { ExitCode: 0 });

    /// <summary>Runs a script, and skips the test where it cannot.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string script)
    {
        return RunWith("-c", script);
    }

    /// <summary>Runs a file.</summary>
    /// <inheritdoc cref="Run"/>
    public static string RunFile(string path, params string[] arguments) => RunWith([path, .. arguments]);

    private static string RunWith(params string[] arguments)
    {
        Assert.SkipWhen(WithNumPy is null, "There is no python3 with NumPy here (on Debian: apt-get install python3-numpy).");
        var result = TryRun(WithNumPy!, arguments)!;
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    /// <summary>Null where there is no such program.</summary>
    private static Workplace.Result? TryRun(string python, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            process.WaitForExit();
            return new Workplace.Result(process.ExitCode, output.Result, error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
