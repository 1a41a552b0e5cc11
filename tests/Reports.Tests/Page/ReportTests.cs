using System.Text.RegularExpressions;
using System.Xml.Linq;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Running;
using static VicRegSweeps.Reports.Tests.HtmlText;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Page;

public sealed partial class ReportTests
{
    private const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{=cmd|'/c calc'!A1";

    [Fact]
    public void It_answers_from_the_data()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(3));

        var page = Visible(sweep.Page());

        Assert.Contains("Which weights?", page, StringComparison.Ordinal);
        Assert.Contains("The representation collapsed in 15 of 18 trials (12 completely, 3 in dimension). It stays alive exactly with loss.variance_weight = 25 and loss.covariance_weight = 1.", page, StringComparison.Ordinal);
        Assert.Contains("loss.variance_weight matters most for embedding/knn_top1", page, StringComparison.Ordinal);
        Assert.Contains("The best point by embedding/knn_top1 is variance_weight 25, covariance_weight 1", page, StringComparison.Ordinal);
        Assert.Contains("exact analysis of variance of 6 points × 3 seeds", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_with_a_hole_is_said_to_be_incomplete()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2).Skip(2));

        var page = Visible(sweep.Page());

        Assert.Contains("the grid is not complete: 5 of its 6 points are in the sweep", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Exact analysis of variance", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_cell_is_never_filled_in()
    {
        using var sweep = new ScriptedSweep(
            t => t.Settings.Real("loss.variance_weight") == 1 ? new Script { State = TrialState.Failed, Reason = "the loss was not finite" } : ByWeights(t),
            Grid(2));

        var page = Visible(sweep.Page());

        Assert.Contains("4 trials failed and count nowhere.", page, StringComparison.Ordinal);
        Assert.Contains("diverged: the loss was not finite", page, StringComparison.Ordinal);
        Assert.Contains("the grid is not complete: 2 of its 6 points lack the value", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Stopped_trials_are_said_to_be_censored()
    {
        using var sweep = new ScriptedSweep(t => ByWeights(t) with { State = t.Seed == 0 ? TrialState.Stopped : TrialState.Completed }, Grid(2));

        Assert.Contains("6 trials were stopped early (censored, ◌)", Visible(sweep.Page()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_sweep_has_a_page()
    {
        using var sweep = new ScriptedSweep(ByWeights, []);

        Assert.Contains("There is no answer yet: the sweep has no trials.", Visible(sweep.Page()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_that_has_just_begun_has_a_page()
    {
        using var sweep = new ScriptedSweep(_ => null, Grid(1));

        Assert.Contains("There is no answer yet: none of the 6 trials has finished.", Visible(sweep.Page()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_under_way_says_that_it_may_change()
    {
        using var sweep = new ScriptedSweep(t => t.Settings.Real("loss.variance_weight") == 25 ? null : ByWeights(t), Grid(1));

        Assert.Contains("2 trials of 6 have not finished; what is said here may change.", Visible(sweep.Page()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_of_failures_says_so()
    {
        using var sweep = new ScriptedSweep(_ => new Script { State = TrialState.Failed, Reason = "no luck" }, Grid(1));

        var page = Visible(sweep.Page());

        Assert.Contains("There is no answer: all 6 trials failed.", page, StringComparison.Ordinal);
        Assert.Contains("diverged: no luck", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_trial_has_a_page_without_intervals()
    {
        using var sweep = new ScriptedSweep(_ => new Script { Knn = 0.25 }, [Trial(0)]);

        var page = Visible(sweep.Page());

        Assert.Contains("is the only point: 0.25 (n = 1, no interval)", page, StringComparison.Ordinal);
        Assert.Contains("There is one point, so there is no map.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_from_the_sweep_becomes_markup()
    {
        using var sweep = new ScriptedSweep(
            t => t.Seed == 0
                ? new Script { State = TrialState.Failed, Reason = Hostile }
                : new Script { Evidence = Hostile, Verdict = "dimensional" },
            [
                .. Enumerable.Range(0, 2)
                .SelectMany(seed => new[] { Hostile, "a]]>b", "x" }.Select(text => Trial(seed, ("model.name", text)) with { Block = Hostile })),
            ],
            question: Hostile);

        var page = sweep.Page();

        // Two scripts, ours; the rest of the page has no tag that a text brought along.
        Assert.Equal(3, Regex.Count(page, "<script", RegexOptions.IgnoreCase));
        Assert.Equal(3, Regex.Count(page, "</script", RegexOptions.IgnoreCase));
        Assert.DoesNotContain("<img src=x", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("onerror=alert(2)>", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
        foreach (var svg in Directory.GetFiles(sweep["report/figures"], "*.svg"))
        {
            var names = XDocument.Load(svg).Descendants().Select(e => e.Name.LocalName).Distinct();
            Assert.DoesNotContain("script", names);
        }
    }

    [Fact]
    public void It_fetches_nothing()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));

        var page = sweep.Page();

        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.All(Sources().Matches(page), match => Assert.Matches("^(data:|#|figures/)", match.Groups[1].Value));
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_figure_is_there_as_SVG_and_PNG_with_title_and_n()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));
        sweep.Page();

        var svgs = Directory.GetFiles(sweep["report/figures"], "*.svg");
        Assert.Contains(svgs, f => f.Contains("tsne", StringComparison.Ordinal));
        Assert.All(svgs, svg =>
        {
            var root = XDocument.Load(svg).Root!;
            XNamespace ns = "http://www.w3.org/2000/svg";
            Assert.NotEmpty(root.Element(ns + "title")!.Value);
            Assert.NotEmpty(root.Element(ns + "desc")!.Value);
            Assert.Equal("img", root.Attribute("role")!.Value);
            Assert.Equal("89504E47", Convert.ToHexString(File.ReadAllBytes(Path.ChangeExtension(svg, "png")).AsSpan(0, 4)));
        });
    }

    [Fact]
    public void A_metric_that_is_not_there_is_a_sentence_with_the_nearest()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(1));

        Assert.Equal(
            "--metric is 'embedding/knn_top', which the store does not have; did you mean 'embedding/knn_top1'?",
            Assert.Throws<SweepException>(() => sweep.Page(new ReportOptions { Metric = "embedding/knn_top" })).Message);
    }

    [Theory]
    [InlineData("knn", "'embedding/knn_top1' or 'representation/knn_top1'")]
    [InlineData("knn_top", "'embedding/knn_top1' or 'representation/knn_top1'")]
    [InlineData("embedding/std", "'embedding/std_mean' or 'representation/std_mean'")]
    public void A_metric_without_its_space_or_its_end_is_offered_in_every_space(string word, string offered)
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(1));

        Assert.Equal(
            $"--metric is '{word}', which the store does not have; did you mean {offered}?",
            Assert.Throws<SweepException>(() => sweep.Page(new ReportOptions { Metric = word })).Message);
    }

    [Fact]
    public void Less_is_better_where_the_goal_says_so()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));

        Assert.Contains("best point by embedding/knn_top1 is variance_weight 0, covariance_weight 0",
            Visible(sweep.Page(new ReportOptions { Maximize = false })), StringComparison.Ordinal);
    }

    [GeneratedRegex("""<(?:a|img|link|script|image|use)[^>]*?\s(?:src|href|xlink:href)="([^"]*)""")]
    private static partial Regex Sources();
}
