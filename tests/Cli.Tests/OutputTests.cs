using System.Diagnostics;
using System.Text.RegularExpressions;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli.Tests;

/// <summary>What cannot be printed is dropped, and training goes on; data that cannot be written are an error.</summary>
public sealed partial class OutputTests : IDisposable
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
    [InlineData("plan tiny.yaml")]
    [InlineData("run tiny.yaml --dry-run")]
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

    [Fact]
    public void A_terminal_of_80_columns_gets_a_table_that_it_has_room_for()
    {
        var script = Programs.Find("script");
        Assert.SkipWhen(script is null, "There is no script here, which makes a terminal.");
        place.Write("tiny.yaml", Workplace.TinySweep.Replace("grid:", "grid:\n  loss.covariance_weight: [0, 1]", StringComparison.Ordinal));
        place.Variables["TERM"] = "xterm";

        using var running = place.StartProgram(
            script!, "-qec", $"stty cols 80 rows 40; dotnet '{Path.Combine(AppContext.BaseDirectory, "vicreg-sweep.dll")}' run tiny.yaml --store s.db",
                "/dev/null");
        var (code, output, _) = running.Finish(TimeSpan.FromMinutes(2));

        var text = ControlSequences().Replace(output.Replace("\r", "", StringComparison.Ordinal), "");
        Assert.Equal(0, code);
        var lines = text.Split('\n');
        Assert.Equal(4, lines.Count(line => PointRow().IsMatch(line)));
        Assert.DoesNotContain(lines, line => PointRow().IsMatch(line) && line.TrimEnd().Length > 80);
        Assert.Contains("Points by embedding/knn_top1, more is better: ", text, StringComparison.Ordinal);

        // The hints work as they are typed, in the folder that the run was started from.
        foreach (var hint in new[] { "report s.db", "export s.db --csv .", "show s.db " })
        {
            var line = Assert.Single(lines, line => line.Contains($"vicreg-sweep {hint}", StringComparison.Ordinal)).TrimEnd();
            var typed = line[(line.IndexOf("vicreg-sweep ", StringComparison.Ordinal) + "vicreg-sweep ".Length)..];
            Assert.Equal(0, place.Run(typed.Split(' ')).ExitCode);
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

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]")]
    private static partial Regex ControlSequences();

    /// <summary>A rank, two values, and a mean with its interval; at its end the beginning of an id.</summary>
    [GeneratedRegex(@"^ *\d+ +\d+ +[01] +[\d.]+ \([\d.]+ … [\d.]+\) .*[0-9a-f]{8} *$")]
    private static partial Regex PointRow();
}
