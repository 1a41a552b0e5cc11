using VicRegSweeps.Reports.Outcomes;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Outcomes;

/// <summary>Points come by their mean over seeds, what is not healthy does not look so, and the words are the report's.</summary>
public sealed class SweepOutcomeTests
{
    [Fact]
    public void Points_come_by_their_mean_over_seeds_with_its_interval()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(3));

        var outcome = Of(sweep);

        Assert.Equal(("embedding/knn_top1", true), (outcome.Objective, outcome.MoreIsBetter));
        Assert.Equal(["variance_weight", "covariance_weight"], outcome.Axes);
        Assert.Equal(["25 1", "25 0", "1 1", "0 1", "1 0", "0 0"], outcome.Points.Select(p => string.Join(' ', p.Levels)));

        // 0.25 and 0.01 times the sines of 25, 26 and 27: the mean is 0.25529, and 4.303 times 0.00581 / √3 is 0.01443.
        Assert.Equal(("0.255", "0.241 … 0.270"), (outcome.Points[0].Mean, outcome.Points[0].Interval));
        Assert.Equal(["alive", "alive"], outcome.Points[0].Lives.Select(l => l.Text));
        Assert.Equal(["dimensional", "complete"], new[] { outcome.Points[1], outcome.Points[^1] }.Select(p => p.Lives[0].Text));
        Assert.Equal([Health.Middling, Health.Bad], new[] { outcome.Points[1], outcome.Points[^1] }.Select(p => p.Lives[0].Health));
    }

    [Fact]
    public void Stopped_and_failed_trials_are_said_to_be_so_and_a_point_without_a_score_comes_last()
    {
        using var sweep = new ScriptedSweep(Ending, Grid(2));

        var outcome = Of(sweep);

        Assert.Equal([("stopped", 1)], outcome.Points.Single(p => p.Levels[0] == "0" && p.Levels[1] == "1").NotCompleted);
        Assert.Equal([("failed", 2)], outcome.Points[^1].NotCompleted);
        Assert.Equal(("25", (string?)null, "–"), (outcome.Points[^1].Levels[0], outcome.Points[^1].Mean, outcome.Points[^1].Lives[0].Text));

        static Script Ending(Trial trial) => (trial.Settings.Real("loss.variance_weight"), trial.Settings.Real("loss.covariance_weight"), trial.Seed) switch
        {
            (25, 1, _) => new Script { State = TrialState.Failed, Reason = "the loss was not finite" },
            (0, 1, 1) => ByWeights(trial) with { State = TrialState.Stopped },
            _ => ByWeights(trial),
        };
    }

    [Fact]
    public void Seeds_that_differ_in_their_verdict_are_counted()
    {
        using var sweep = new ScriptedSweep(t => ByWeights(t) with { Verdict = t.Seed == 0 ? "none" : "complete" }, Grid(3));

        Assert.All(Of(sweep).Points, point => Assert.Equal(new SpaceLife("1 of 3 alive", Health.Middling), point.Lives[0]));
    }

    [Fact]
    public void The_answer_is_the_report_s_word_for_word()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(3));
        var options = new ReportOptions { Chance = (_, metric) => metric == "embedding/knn_top1" ? 0.1 : null };
        using var reader = sweep.Read();

        var answer = SweepOutcome.Of(reader, options)!.Answer;

        var page = HtmlText.Visible(sweep.Page(options));
        Assert.Equal(4, answer.Count);
        Assert.All(answer, sentence => Assert.Contains(sentence, page, StringComparison.Ordinal));
        Assert.All(answer, sentence => Assert.DoesNotMatch("<[a-z/]|&[a-z#]", sentence));
        Assert.EndsWith(" Chance would score 0.1.", answer[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<b>a &lt; b</b> it is.", "a < b it is.")]
    [InlineData("All failed. <a href=\"#health\">Why</a>", "All failed.")]
    [InlineData("They score 0.2; <a href=\"#health\">those of all 4</a>.", "They score 0.2.")]
    public void Markup_and_links_into_the_page_are_taken_out(string markup, string text) => Assert.Equal(text, PlainText.Of(markup));

    private static SweepOutcome Of(ScriptedSweep sweep)
    {
        using var reader = sweep.Read();
        return SweepOutcome.Of(reader, new ReportOptions())!;
    }
}
