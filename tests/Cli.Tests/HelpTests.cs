using System.Text.RegularExpressions;

namespace VicRegSweeps.Cli.Tests;

/// <summary>What the help of a verb shows.</summary>
public sealed partial class HelpTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Every_verb_has_an_example_and_names_its_arguments_plainly()
    {
        var verbs = Verb().Matches(place.Run("--help").Output).Select(m => m.Groups[1].Value).ToList();
        Assert.True(verbs.Count >= 15, string.Join(' ', verbs));
        foreach (var verb in verbs.Select(v => v == "data" ? "data fetch" : v))
        {
            var help = place.Run([.. verb.Split(' '), "--help"]).Output;
            Assert.Contains($"\n  vicreg-sweep {verb}", help[help.IndexOf("Example", StringComparison.Ordinal)..], StringComparison.Ordinal);
            Assert.DoesNotContain("/h", help, StringComparison.Ordinal);
        }

        // Files to complete are no part of an argument's name.
        place.Write("a.db", "");
        Assert.Contains("\n  <STORE>  The sweep's database", place.Run("status", "--help").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_libtorch_is_named_to_verbs_that_compute_alone()
    {
        Assert.Contains("--libtorch", place.Run("run", "--help").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--libtorch", place.Run("status", "--help").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Short_options_say_the_same_as_long_ones()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "-s", "s.db", "-d", "cpu", "-w", "1", "-q").ExitCode);
        Assert.Contains("\"completed\": 4", place.Run("status", "s.db", "-j").Output, StringComparison.Ordinal);
        Assert.Equal(0, place.Run("report", "s.db", "-o", "page", "-m", "loss/total").ExitCode);
        Assert.True(File.Exists(place.PathOf("page/report.html")));
    }

    [Fact]
    public void Hints_name_the_command_as_it_was_called()
    {
        place.Variables["VICREG_SWEEP_COMMAND"] = "./vicreg-sweep";
        Assert.EndsWith("\nSee: ./vicreg-sweep run --help\n", place.Run("run", "--colour", "red").Error, StringComparison.Ordinal);
        Assert.Contains("  ./vicreg-sweep show ", place.Run("show", "--help").Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^  ([a-z]+) ", RegexOptions.Multiline)]
    private static partial Regex Verb();
}
