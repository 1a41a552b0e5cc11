using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Names and values that somebody else chose are shown, and do nothing to the terminal that they are shown on.</summary>
public sealed class StrangersTextTests : IDisposable
{
    private const string Evil = "\u001b]0;owned\u0007\u202e\u009b2J";
    private const string Shown = @"\u001b]0;owned\u0007\u202e\u009b2J";

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_question_and_a_value_are_shown_by_every_form_of_plan()
    {
        place.Write("evil.yaml", $$"""
            version: 1
            name: evil
            question: "\e]0;owned\a\u202e\u009b2J"
            grid:
              backbone.weights: ["a\nb\tc", "\e]0;owned\a\u202e\u009b2J"]
            """);

        var plan = place.Run("plan", "evil.yaml");
        Assert.Contains($"evil: {Shown}", plan.Output, StringComparison.Ordinal);
        Assert.Contains($@"a\nb\tc, {Shown}", plan.Output, StringComparison.Ordinal);

        var list = place.Run("plan", "evil.yaml", "--list");
        var rows = list.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(3, row.Split('\t').Length));
        Assert.EndsWith("\t" + Shown, rows[2], StringComparison.Ordinal);

        var json = place.Run("plan", "evil.yaml", "--json");
        Assert.Equal(Evil, JsonDocument.Parse(json.Output).RootElement.GetProperty("question").GetString());
        AssertHarmless(plan, list, json);
    }

    [Fact]
    public void Names_in_messages_are_shown()
    {
        place.Write("bad.yaml", "version: 1\nname: bad\nfixed: {\"\\e]0;owned\\a\": 1}\n");
        var bytes = Encoding.Latin1.GetBytes("{'descr': '\u001b[2J\n', 'fortran_order': False, 'shape': (1, 2), }");
        File.WriteAllBytes(place.PathOf("a.npy"), [0x93, .. "NUMPY\u0001\0"u8, (byte)bytes.Length, 0, .. bytes, 0, 0, 0, 0]);
        var parse = place.Run("plan", "bad.yaml");
        var npy = place.Run("score", "--view1", "a.npy");
        var missing = place.Run("show", $"{Evil}.db", "x");
        var option = place.Run("plan", "bad.yaml", $"--{Evil}");

        Assert.All(new[] { parse, npy, missing, option }, result => Assert.Equal(2, result.ExitCode));
        Assert.Contains(@"unknown parameter '\u001b]0;owned\u0007'", parse.Error, StringComparison.Ordinal);
        Assert.Contains(@"'\u001b[2J\n'", npy.Error, StringComparison.Ordinal);
        Assert.Equal($"{Shown}.db: there is no such store.\n", missing.Error);
        AssertHarmless(parse, npy, missing, option);
    }

    /// <summary>A line feed in a name would let it say something in the program's own voice.</summary>
    [Fact]
    public void Names_of_files_and_keys_cannot_begin_a_line_of_their_own()
    {
        const string evil = "x\nDone. All is well.\u001b[2J";
        const string shown = @"x\nDone. All is well.\u001b[2J";
        place.Write($"{evil}.yaml", $"version: 1\nname: bad\nfixed: {{\"a\\nDone. All is well.\\e[2J\": 1}}\n\"k\\nDone. All is well.\": 2\n");
        place.Write("weights.yaml", Workplace.TinySweep.Replace("  train.epochs: 4",
            "  train.epochs: 4\n  backbone.weights: \"x\\nDone. All is well.\\e[2J.safetensors\"", StringComparison.Ordinal));
        place.Write($"{evil}.npy", "not an array");
        place.Write($"{evil}.safetensors", "not tensors");
        place.Write($"{evil}.db", "not a database, but long enough to be taken for one that is damaged");
        place.Write($"{evil}.d/file", "");
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "s.db", "--quiet").ExitCode);
        string[][] commands =
        [
            ["plan", $"{evil}.yaml"],
            ["plan", $"no {evil}.yaml"],
            ["run", "weights.yaml", "--store", "w.db", "--quiet"],
            ["run", "tiny.yaml", "--store", $"{evil}.db"],
            ["status", $"{evil}.db"],
            ["report", $"no {evil}.db"],
            ["merge", "into.db", $"{evil}.db"],
            ["score", "--view1", $"{evil}.npy"],
            ["score", "--view1", $"no {evil}.npy"],
            ["export", "s.db", "--csv", $"{evil}.d/file"],
            ["export", "s.db", "--md", "--columns", evil],
            ["export", "s.db", "--md", "--where", $"state == '{evil}'"],
            ["report", "s.db", "--out", $"{evil}.d/file"],
            ["report", "s.db", "--metric", evil],
            ["show", "s.db", evil],
            ["data", "fetch", "cifar10", "--from", $"no {evil}"],
            ["run", "tiny.yaml", "--store", "t.db", "--device", evil],
            ["devices", "--libtorch", evil],
            [evil],
            ["plan", "tiny.yaml", $"--{evil}"],
        ];

        foreach (var command in commands)
        {
            var result = place.Run(command);

            Assert.True(result.ExitCode == 2, $"{Visible.Line(string.Join(' ', command))}: {result.ExitCode} {result.Error}");
            Assert.Contains(@"\nDone. All is well.", result.Error + result.Output, StringComparison.Ordinal);
            Assert.DoesNotContain((result.Error + result.Output).Split('\n'), line => line.StartsWith("Done", StringComparison.Ordinal));
            AssertHarmless(result);
        }

        var written = new[]
        {
            place.Run("export", "s.db", "--csv", $"{evil}-csv"), place.Run("report", "s.db", "--out", $"{evil}-report"),
            place.Run("run", "tiny.yaml", "--store", $"{evil}-new.db"), place.Run("run", "tiny.yaml", "--store", $"{evil}-dry.db", "--dry-run"),
            place.Run("export", $"{evil}-new.db", "--md"), place.Run("merge", $"{evil}-all.db", "s.db"),
        };
        Assert.All(written, result => Assert.True(result.ExitCode == 0, result.Error));
        Assert.Contains($"{shown}-csv/trials.csv", written[0].Error, StringComparison.Ordinal);
        Assert.All(written, result => Assert.DoesNotContain(result.Error.Split('\n'), line => line.StartsWith("Done", StringComparison.Ordinal)));
        AssertHarmless(written);
    }

    [Fact]
    public void Ids_workers_settings_and_reasons_of_a_store_are_shown_by_every_verb()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "s.db", "--quiet").ExitCode);
        var until = DateTimeOffset.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var evil = $"[/x]=1+1\n{Evil}";
        Sql($"UPDATE trial SET id = '{evil}', digest = NULL, block = '{evil}', reason = '{evil}', state = 'stopped' WHERE number = 1");
        Sql($"UPDATE trial SET settings = json_set(settings, '$.\"data.source\"', '{evil}'), digest = NULL WHERE number = 2");
        Sql("UPDATE trial SET state = 'pending', finished_utc = NULL, digest = NULL WHERE number = 3");
        Sql($"UPDATE stack SET worker = '{evil}', lease_until = '{until}', finished_utc = NULL");
        Sql($"INSERT INTO stack_checkpoint (stack, step, file, seconds) SELECT number, 1, '{evil}', 0 FROM stack");

        using var watch = place.Start("status", "s.db", "--watch", "--every", "0.1");
        watch.WaitForOutput("workers");
        watch.Signal("INT");
        var watched = watch.Finish(TimeSpan.FromMinutes(1));
        Sql("UPDATE stack SET lease_until = '2020-01-01T00:00:00.000Z'");
        var results = new[]
        {
            watched,
            place.Run("status", "s.db", "--json"),
            place.Run("show", "s.db", "[/x"),
            place.Run("export", "s.db", "--md", "--csv", "csv"),
            place.Run("report", "s.db"),
            place.Run("verify", "s.db", "-n", "9"),
            place.Run("merge", "all.db", "s.db"),
            place.Run("resume", "s.db"),
        };

        Assert.Equal([0, 0, 0, 0, 0], results.Take(5).Select(r => r.ExitCode));
        Assert.DoesNotContain(results, r => r.ExitCode == 70);
        Assert.Contains($@"workers [/x]=1+1\n{Shown}", results[0].Output, StringComparison.Ordinal);
        Assert.Contains($@"trial [/x]=1+1\n{Shown}", results[2].Output, StringComparison.Ordinal);
        AssertHarmless(results);
    }

    private static void AssertHarmless(params IEnumerable<Workplace.Result> results) => Assert.All(results, result =>
        Assert.DoesNotContain(result.Output + result.Error, c => (char.IsControl(c) && c is not ('\n' or '\t')) || c == '\u202e'));

    private void Sql(string text)
    {
        var program = Programs.Find("sqlite3");
        Assert.SkipWhen(program is null, "There is no sqlite3 here.");
        using var shell = Process.Start(new ProcessStartInfo(program!, [place.PathOf("s.db"), text]) { RedirectStandardError = true })!;
        Assert.Equal("", shell.StandardError.ReadToEnd());
        shell.WaitForExit();
    }
}
