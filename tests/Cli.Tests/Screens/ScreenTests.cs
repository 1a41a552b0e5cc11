using Spectre.Console;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.Cli.Supervised;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.Reports.Outcomes;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli.Tests.Screens;

/// <summary>What screens say, on consoles of any width.</summary>
public sealed class ScreenTests
{
    [Theory]
    [InlineData(80, true)]
    [InlineData(60, false)]
    [InlineData(200, true)]
    public void A_table_fits_and_keeps_rank_mean_verdict_and_id(int width, bool hasFirstAxis)
    {
        var text = Written(Outcome(points: 12), width);

        var rows = text.Split('\n').Where(line => line.Contains("0.3", StringComparison.Ordinal)).ToList();
        Assert.Equal(10, rows.Count);
        Assert.All(rows, row => Assert.InRange(row.TrimEnd().Length, 1, width));
        Assert.All(rows, row => Assert.Matches(@"^ *\d+ .*0\.3\d+ \(0\.\d+ … 0\.\d+\) .*(alive|dimensional).* 0{6}\d\d", row));
        Assert.Equal(hasFirstAxis, text.Contains("variance", StringComparison.Ordinal));
        Assert.Contains("2 more points in the report and the exports.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Stopped_and_failed_trials_stand_beside_their_point()
    {
        var text = Written(Outcome(points: 2, new OutcomePoint(["1", "2", "3"], null, null, [new("–", Health.Unknown), new("–", Health.Unknown)], "ffffffff",
            2, [("failed", 2)])), 120);

        Assert.Contains("1 of 2 stopped", text, StringComparison.Ordinal);
        Assert.Matches(@"–  +1  +2  +3  –  +–  +–  +failed +ffffffff", text);
    }

    [Theory]
    [InlineData("node7:1234:88:boot-1", "node7, process 1234")]
    [InlineData("node7:1234:88:boot-1:1200:77", "node7, process 1234")]
    [InlineData("somebody", "somebody")]
    [InlineData("a\u001b:x:y:z", @"a\u001b:x:y:z")]
    public void A_worker_is_a_process_of_a_machine(string identity, string name) => Assert.Equal(name, WorkerName.Of(identity));

    [Fact]
    public void Without_workers_nothing_is_about_to_be_done()
    {
        var status = new StoreStatus(42, 0, 12, 0, 0, [], 12, TimeSpan.FromSeconds(86));

        Assert.Equal(new Outlook(0, null), Outlook.Of(status));
        Assert.Equal(new Outlook(42, TimeSpan.FromMinutes(1)), Outlook.Of(status with { Workers = ["node7:1:2:3"], TimeLeft = TimeSpan.FromMinutes(1) }));
        Assert.Equal(new Outlook(null, null), Outlook.Of(status with { Workers = ["node7:1:2:3"], TimeLeft = null }));
    }

    [Fact]
    public void A_worker_s_progress_is_read_back_and_nothing_else_is_taken_for_it()
    {
        var progress = new SweepEngine.Running.Progress("training", 12, 54, "trial-steps");

        Assert.Equal(progress, WorkerScreen.ProgressOf(System.Text.Json.JsonSerializer.Serialize(progress)));
        foreach (var line in new[] { null, "", "a library's line", "{", "{}", "{\"Activity\": 1}", "[1]" }) Assert.Null(WorkerScreen.ProgressOf(line));
    }

    private static SweepOutcome Outcome(int points, params OutcomePoint[] more) => new()
    {
        Answer = [],
        Inputs = [],
        Objective = "embedding/knn_top1",
        MoreIsBetter = true,
        Axes = ["variance_weight", "covariance_weight", "embedding/representation_dim"],
        Spaces = ["representation", "embedding"],
        Points =
        [
            .. Enumerable.Range(0, points).Select(i => new OutcomePoint(
                ["25", "0.01", "100/256"], $"0.3{i:00}", "0.271 … 0.402", [new("alive", Health.Good), new("dimensional", Health.Middling)], $"{i:00000000}", 2,
                i == 1 ? [("stopped", 1)] : [])),
            .. more,
        ],
    };

    private static string Written(SweepOutcome outcome, int width)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        new OutcomeTable(console).Write(outcome);
        return text.ToString();
    }
}
