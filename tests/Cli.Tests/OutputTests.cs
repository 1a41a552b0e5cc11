using System.Diagnostics;

namespace VicRegSweeps.Cli.Tests;

/// <summary>What cannot be printed is dropped, and training goes on; data that cannot be written are an error.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("2> /dev/full")]
    [InlineData("2>&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData("2> /dev/full --workers 1")]
    public void A_run_goes_on_whatever_becomes_of_what_it_says(string redirection)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs Linux");
        place.Write("tiny.yaml", Workplace.TinySweep);

        Assert.Equal(0, Shell($"run tiny.yaml --store sweep.db {redirection}").Code);

        Assert.Contains("\"completed\": 4", place.Run("status", "sweep.db", "--json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_goes_on_when_whoever_read_what_it_says_has_gone()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);

        Assert.Equal(0, Shell("run tiny.yaml --store sweep.db 2>&1 >&2 | head -n 1 > /dev/null; exit ${PIPESTATUS[0]}").Code);
    }

    [Fact]
    public void An_error_that_nobody_can_read_has_its_exit_code() => Assert.Equal(2, Shell("run absent.yaml 2>&-").Code);

    [Theory]
    [InlineData("schema")]
    [InlineData("schema --md")]
    [InlineData("plan tiny.yaml --list")]
    [InlineData("plan tiny.yaml --json")]
    [InlineData("--help")]
    public void Data_that_cannot_be_written_are_an_error(string command)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs Linux");
        place.Write("tiny.yaml", Workplace.TinySweep);

        foreach (var target in new[] { "> /dev/full", ">&-" })
        {
            var (code, error) = Shell($"{command} {target}");

            Assert.Equal(2, code);
            Assert.StartsWith("Standard output cannot be written (", error, StringComparison.Ordinal);
            Assert.Single(error.TrimEnd().Split('\n'));
        }
    }

    private (int Code, string Error) Shell(string command)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "/bin/bash", ["-c", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "vicreg-sweep.dll")}' {command}"])
        {
            WorkingDirectory = place.PathOf("."),
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
